"""Two people want one handle in the same moment: one gets it, in whichever table it lands."""

import threading

import pytest
from django.db import connection, connections, transaction

from accounts.actions.profile import change_profile
from accounts.models import User
from core import handles
from core.errors import Conflict
from messenger.models import Chat
from tests.conftest import make_user


@pytest.mark.django_db(transaction=True)
def test_one_of_many_gets_the_handle():
    people = [make_user(f"person_{number}") for number in range(4)]
    chats = [Chat.objects.create(kind="group", title=str(number), created_by=people[0]) for number in range(4)]
    together = threading.Barrier(8)
    outcomes: list[str] = []

    def name_person(person: User) -> None:
        change_profile(by=person, handle="wanted")

    def name_chat(chat: Chat) -> None:
        with transaction.atomic():
            handle = handles.claim("wanted")
            Chat.objects.filter(pk=chat.pk).update(handle=handle)

    def run(action, thing) -> None:
        together.wait(10)
        try:
            action(thing)
            outcomes.append("got it")
        except Conflict as error:
            outcomes.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(name_person, one)) for one in people]
    threads += [threading.Thread(target=run, args=(name_chat, one)) for one in chats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["got it"] + ["handle_taken"] * 7, connection.vendor
    held = User.objects.filter(handle="wanted").count() + Chat.objects.filter(handle="wanted").count()
    assert held == 1


@pytest.mark.django_db(transaction=True)
def test_claiming_outside_a_transaction_is_a_mistake():
    with pytest.raises(transaction.TransactionManagementError):
        handles.claim("anything")
