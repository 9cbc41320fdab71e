"""The market's pages as a browser gets them, for tests."""

import re
from typing import Any

from django.test import Client

from accounts.models import User

HOSTILE = "<script>alert(1)</script>\"'><img src=x>"


def web(user: User | None = None, **options: Any) -> Client:
    client = Client(**options)
    if user is not None:
        client.force_login(user)
    return client


def key_of(answer: Any, nth: int = 0) -> str:
    """The random key of a form on the page."""
    return re.findall(r'name="once" value="([0-9a-f]{32})"', answer.content.decode())[nth]


def total_of(answer: Any) -> str:
    return re.search(r'name="expected_total_minor" value="(\d+)"', answer.content.decode())[1]


def said(client: Client, answer: Any) -> str:
    """What the page after a redirect says."""
    page = client.get(answer["Location"], follow=True)
    return page.content.decode()


def assert_harmless(answer: Any, status: int = 200) -> None:
    """Nothing the content security policy would refuse, and nothing of what was typed as markup."""
    assert answer.status_code == status, answer.status_code
    html = answer.content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert " style=" not in html
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', "", html))
    assert "no-store" in answer["Cache-Control"]
