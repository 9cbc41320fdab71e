"""Read and delivered marks: they only ever grow, whatever order they arrive in."""

from collections.abc import Mapping

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from core.events import publish
from core.limits import READERS_UP_TO
from messenger import events
from messenger.access import membership_for_reading
from messenger.actions.change import raise_fact_seq
from messenger.models import Chat, Membership
from messenger.queries import my_json_now
from messenger.shapes import MyJSON


def read_chat(*, by: User, chat: int, seq: int) -> MyJSON:
    """Note that everything up to `seq` has been read (clamped to what there is), and that the chat is no longer set
    aside as unread. Tells the person's other devices, and the others of the chat when that moves the two ticks."""
    membership = membership_for_reading(by, chat)
    seq = max(0, min(seq, membership.chat.last_seq))
    with transaction.atomic():
        moved = Membership.objects.filter(pk=membership.pk, read_seq__lt=seq).update(
            read_seq=seq, delivered_seq=Greatest(F("delivered_seq"), seq), changed_at=timezone.now()
        )
        is_unmarked = membership.is_marked_unread and _unmark(membership)
        if moved or is_unmarked:
            membership.fact_seq = raise_fact_seq(by.pk)
            Membership.objects.filter(pk=membership.pk).update(fact_seq=membership.fact_seq)
        membership.refresh_from_db(fields=["read_seq", "fact_seq", "is_marked_unread"])
        my = my_json_now(membership)
        if moved or is_unmarked:
            publish(events.MyChanged(users=(by.pk,), fact_seq=membership.fact_seq, data={"chat": chat, "my": my}))
        if moved:
            publish(*_ticks(membership, seq))
    return my


def _unmark(membership: Membership) -> int:
    """Reading is what the mark was waiting for."""
    marked = Membership.objects.filter(pk=membership.pk, is_marked_unread=True)
    return marked.update(is_marked_unread=False, changed_at=timezone.now())


def _ticks(membership: Membership, seq: int) -> list[events.ChatRead]:
    """The others see one thing only: how far anyone has read. In a group, later readers change nothing of it."""
    chat = membership.chat
    if not chat.tells_readers or chat.member_count > READERS_UP_TO:
        return []
    ahead = Membership.objects.filter(chat=chat, read_seq__gte=seq, state=Membership.State.ACTIVE)
    if not chat.is_direct and ahead.exclude(pk=membership.pk).exists():
        return []
    return [events.ChatRead(chat=chat.pk, data={"user": membership.user_id, "read_seq": seq})]


def note_delivered(marks: Mapping[tuple[int, int], int]) -> None:
    """(user, chat) -> seq that a device of theirs holds. One statement for all; told to small chats only."""
    if not marks:
        return
    values = ", ".join(["(%s, %s, %s)"] * len(marks))
    parameters = [number for (user, chat), seq in marks.items() for number in (user, chat, seq)]
    table, chats = Membership._meta.db_table, Chat._meta.db_table
    # Joined to the chat, so that nobody can claim to hold what was not written yet.
    sql = (
        f"UPDATE {table} SET delivered_seq = v.column3 "  # noqa: S608
        f"FROM (VALUES {values}) AS v JOIN {chats} AS c ON c.id = v.column2 AND c.last_seq >= v.column3 "
        f"AND c.member_count <= {READERS_UP_TO} "
        f"WHERE {table}.user_id = v.column1 AND {table}.chat_id = v.column2 AND {table}.state = 'active' "
        f"AND {table}.delivered_seq < v.column3 RETURNING {table}.chat_id, {table}.user_id, {table}.delivered_seq"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        moved = cursor.fetchall()
        publish(
            *(events.ChatDelivered(chat=chat, data={"user": user, "delivered_seq": seq}) for chat, user, seq in moved)
        )
