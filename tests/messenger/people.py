"""What the tests of chats and their people share."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection
from rest_framework.test import APIClient

from tests.conftest import make_user

make_person = make_user


def url(chat: Any, *parts: Any) -> str:
    return "/".join(["/api/v1/chats", str(getattr(chat, "pk", chat)), *map(str, parts)])


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; answers what each returned, or raises what one raised."""
    results: list[Any] = [None] * len(calls)
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(calls))

    def run(index: int) -> None:
        try:
            barrier.wait(10)
            results[index] = calls[index]()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    if errors:
        raise errors[0]
    return results


def signed_in(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client
