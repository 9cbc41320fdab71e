"""Link previews."""

from collections.abc import Sequence

from messenger.models import Message


def request_previews(messages: Sequence[Message]) -> None:
    """Nothing yet."""
