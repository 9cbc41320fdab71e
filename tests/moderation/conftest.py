"""A moderator, an administrator, and a group in which something is reported."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from core import limits
from messenger.models import Chat, Membership, Message
from moderation.actions.moderators import make_moderator
from tests.accounts.conftest import sign_in, told  # noqa: F401
from tests.conftest import make_user


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()
    limits.reset()


@pytest.fixture
def mod(db) -> User:
    user = make_user("mod")
    make_moderator(user=user)
    return user


@pytest.fixture
def root(db) -> User:
    return make_user("root", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(mod) -> Client:
    """The moderator's browser."""
    client = Client()
    client.force_login(mod)
    return client


@pytest.fixture
def group(alice, bob) -> Chat:
    chat = Chat.objects.create(kind="group", title="Friends", created_by=bob, member_count=2, last_seq=1, modseq=1)
    Membership.objects.create(chat=chat, user=bob, role="owner")
    Membership.objects.create(chat=chat, user=alice)
    return chat


@pytest.fixture
def message(group, bob) -> Message:
    return Message.objects.create(chat=group, seq=1, modseq=1, sender=bob, text="buy <b>cheap</b> pills")


@pytest.fixture
def report(api, alice, message):
    """report() -> alice's report of bob's message, as stored."""

    def make(by=alice, **body):
        body = {"target_kind": "message", "chat": message.chat_id, "seq": 1, "reason": "spam", **body}
        return api(by).post("/api/v1/reports", body, format="json")

    return make
