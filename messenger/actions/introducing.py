"""A direct chat comes into sight with its first message."""

from collections.abc import Iterable

from django.db.models import F

from core.events import Event
from messenger.events import ChatAdded
from messenger.models import Membership, Message
from messenger.queries import head_json


def introductions(messages: Iterable[Message]) -> list[Event]:
    """What to tell before the messages: to those who have not opened the chat themselves, that it is there.

    For messages just stored, with `chat` as it is now; no query unless one is the first of a direct chat.
    """
    chats = {message.chat_id: message.chat for message in messages if message.seq == 1 and message.chat.is_direct}
    if not chats:
        return []
    for chat in chats.values():
        if deferred := chat.get_deferred_fields():  # sending loads only what it needs of a chat
            chat.refresh_from_db(fields=sorted(deferred))
    rows = Membership.objects.filter(chat__in=chats, state=Membership.State.ACTIVE).select_related("user")
    told: list[Event] = []
    for membership in rows.exclude(user=F("chat__created_by")):
        membership.chat = chats[membership.chat_id]
        told.append(
            ChatAdded(
                chat=membership.chat_id,
                users=(membership.user_id,),
                data={**head_json(membership.user, membership)},
                hub={"join": [membership.user_id], "room": membership.chat_id},
            )
        )
    return told
