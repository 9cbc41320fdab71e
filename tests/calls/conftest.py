"""Calls between the cast: a direct chat in which something was said, and a class of four."""

import uuid
from collections.abc import Callable

import pytest

from accounts.models import User
from calls.actions.starting import Entered, start_call
from messenger.actions.chats import open_direct
from messenger.actions.sending import send_message
from messenger.models import Chat
from tests.messenger.conftest import device as connect  # noqa: F401
from tests.messenger.conftest import heard  # noqa: F401


@pytest.fixture
def chat(alice, bob) -> Chat:
    membership, _is_new = open_direct(by=alice, user_id=bob.pk)
    send_message(by=alice, chat=membership.chat_id, client_id=uuid.uuid4(), text="May I call?")
    return membership.chat


@pytest.fixture
def ring(chat) -> Callable[..., Entered]:
    """ring(alice): she calls bob in their chat."""

    def start(by: User, kind: str = "audio", device: uuid.UUID | None = None) -> Entered:
        return start_call(by=by, chat_id=chat.pk, kind=kind, device=device or uuid.uuid4())

    return start
