"""Who is meant by an @handle: active members of the chat, found for a whole batch with one query."""

from collections.abc import Iterable, Mapping

from core import utf16
from messenger.models import Membership
from messenger.shapes import EntityJSON
from messenger.text import Parsed, handle_of


def mentioned_users(handles_by_chat: Mapping[int, Iterable[str]]) -> dict[int, dict[str, int]]:
    """chat id -> handle -> user id, for the handles (lower case) that belong to active members of that chat."""
    wanted = {chat_id: set(handles) for chat_id, handles in handles_by_chat.items() if handles}
    result: dict[int, dict[str, int]] = {chat_id: {} for chat_id in handles_by_chat}
    if not wanted:
        return result
    rows = Membership.objects.filter(
        chat_id__in=wanted,
        state=Membership.State.ACTIVE,
        user__handle__in=set().union(*wanted.values()),
        user__deleted_at__isnull=True,
    ).values_list("chat_id", "user__handle", "user_id")
    for chat_id, handle, user_id in rows:
        if handle in wanted[chat_id]:
            result[chat_id][handle] = user_id
    return result


def resolve_mentions(parsed: Parsed, users: Mapping[str, int]) -> tuple[list[EntityJSON], list[int]]:
    """The entities with `user` on every mention of a known handle, and the ids of those users, each once."""
    if not parsed.handles:
        return parsed.entities, []
    offsets = utf16.Offsets(parsed.text)
    entities: list[EntityJSON] = []
    ids: dict[int, None] = {}
    for entity in parsed.entities:
        if entity["type"] == "mention" and (user_id := users.get(handle_of(parsed.text, offsets, entity))):
            entity = {**entity, "user": user_id}
            ids[user_id] = None
        entities.append(entity)
    return entities, list(ids)
