"""Which handles belong to chats. A deleted chat gives its handle back."""

from messenger.models import Chat


def is_taken_by_chat(handle: str) -> bool:
    return Chat.objects.filter(handle=handle).exists()
