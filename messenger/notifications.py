"""Pushes about new messages."""

from collections.abc import Sequence

from messenger.models import Message


def request_pushes(messages: Sequence[Message]) -> None:
    """Nothing yet."""
