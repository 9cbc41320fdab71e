"""The statements of a batch of sends, by hand: the one place where the ORM's price per row and query is too high.

Measured on the sending path (100 pairs, batches of 50): loading chats, memberships, people, sanctions, blocks and
stored client_ids took six ORM queries and 200 us of Python per message; the join below takes 40. Everything here is
plain SQL that PostgreSQL and SQLite read alike.
"""

import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

from accounts.models import Block, User
from messenger.models import Chat, Membership, Message
from moderation.models import Sanction

# In the order of the models' fields, which is how from_db() takes them.
_CHAT = ("id", "kind", "pair_key", "last_seq", "modseq", "member_count", "slow_mode_seconds", "default_rights")
_MEMBERSHIP = ("id", "chat_id", "user_id", "role", "state", "rights", "joined_seq", "read_seq", "last_sent_at")
_USER = ("id", "handle", "name", "avatar", "is_active", "deleted_at")


@dataclass(slots=True)
class Standing:
    """How one sender stands in one chat, read under the chat's lock. Models hold only the columns named above."""

    chat: Chat
    membership: Membership
    user: User
    is_muted: bool  # by a moderator
    is_blocked: bool  # in a direct chat, by either side


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


def _columns(alias: str, names: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)


def lock_chats(chat_ids: Sequence[int]) -> None:
    """In id order: two batches that share chats can then never wait for each other in a circle.

    SQLite needs none: its transactions that write are one after the other.
    """
    if connection.features.has_select_for_update:
        marks = ", ".join(["%s"] * len(chat_ids))
        sql = f"SELECT id FROM {_table(Chat)} WHERE id IN ({marks}) ORDER BY id FOR NO KEY UPDATE"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, sorted(chat_ids))


def standings(pairs: Collection[tuple[int, int]], now: datetime) -> dict[tuple[int, int], Standing]:
    """(user, chat) -> standing, for active people who are active members of chats that are there. One query.

    To be called under the chats' locks: whoever removes a member holds them too.
    """
    if not pairs:
        return {}
    values = ", ".join(["(%s, %s)"] * len(pairs))
    sql = f"""
        SELECT {_columns("c", _CHAT)}, {_columns("m", _MEMBERSHIP)}, {_columns("u", _USER)},
            EXISTS (SELECT 1 FROM {_table(Sanction)} s WHERE s.user_id = u.id AND s.kind = 'mute'
                AND s.lifted_at IS NULL AND (s.until IS NULL OR s.until > %s)),
            c.kind = 'direct' AND (
                EXISTS (SELECT 1 FROM {_table(Membership)} o JOIN {_table(Block)} b
                    ON b.owner_id = o.user_id AND b.user_id = u.id WHERE o.chat_id = c.id)
                OR EXISTS (SELECT 1 FROM {_table(Membership)} o JOIN {_table(Block)} b
                    ON b.owner_id = u.id AND b.user_id = o.user_id WHERE o.chat_id = c.id))
        FROM (VALUES {values}) AS v
        JOIN {_table(Chat)} c ON c.id = v.column2 AND c.deleted_at IS NULL
        JOIN {_table(Membership)} m ON m.chat_id = c.id AND m.user_id = v.column1 AND m.state = 'active'
        JOIN {_table(User)} u ON u.id = v.column1 AND u.is_active"""  # noqa: S608
    parameters = [connection.ops.adapt_datetimefield_value(now), *(number for pair in pairs for number in pair)]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    return _as_standings(rows)


def _as_standings(rows: Sequence[Sequence[Any]]) -> dict[tuple[int, int], Standing]:
    chats: dict[int, Chat] = {}
    users: dict[int, User] = {}
    found: dict[tuple[int, int], Standing] = {}
    chat_end, member_end = len(_CHAT), len(_CHAT) + len(_MEMBERSHIP)
    user_end = member_end + len(_USER)
    for row in rows:
        chat = chats.get(row[0])
        if chat is None:
            chat = chats[row[0]] = Chat.from_db("default", _CHAT, row[:chat_end])
        membership = Membership.from_db("default", _MEMBERSHIP, row[chat_end:member_end])
        membership.last_sent_at = _moment(membership.last_sent_at)
        membership.chat = chat
        user = users.get(membership.user_id)
        if user is None:
            user = users[membership.user_id] = User.from_db("default", _USER, row[member_end:user_end])
        found[user.pk, chat.pk] = Standing(chat, membership, user, bool(row[user_end]), bool(row[user_end + 1]))
    return found


def _moment(value: Any) -> datetime | None:
    """SQLite answers raw SQL with the text that Django stored."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is not None and value.tzinfo is None:
        value = value.replace(tzinfo=connection.timezone)
    return value


def stored_ids(keys: Collection[tuple[int, uuid.UUID]]) -> list[int]:
    """Messages stored under these (sender, client_id).

    A join with the keys, which takes one step in the unique index for each. Of two IN lists PostgreSQL fears the cross
    product, and reads the whole table.
    """
    values = ", ".join(["(%s, %s)"] * len(keys))
    parameters = [value for sender, client_id in keys for value in (sender, _uuid(client_id))]
    sql = (
        f"SELECT m.id FROM (VALUES {values}) AS v JOIN {_table(Message)} AS m "  # noqa: S608
        "ON m.sender_id = v.column1 AND m.client_id = v.column2"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [pk for (pk,) in cursor.fetchall()]


def _uuid(value: uuid.UUID | None) -> Any:
    return Message._meta.get_field("client_id").get_db_prep_value(value, connection)


# What differs from message to message; everything else of a new message is the same and stands in the statement.
_VARYING = (
    "chat_id", "seq", "modseq", "kind", "sender_id", "client_id", "request_hash", "text", "entities", "reply",
    "reply_seq", "forward", "card_kind", "card_id", "card_snapshot", "is_silent", "created_at",
)  # fmt: skip
_CONSTANT = {"has_preview_removed": "FALSE"}  # NOT NULL without being varying; the rest is NULL


def insert_messages(messages: Sequence[Message], now: datetime) -> None:
    """One statement; sets `pk` of each. Raises IntegrityError for a client_id or seq that is there already."""
    columns = ", ".join((*_VARYING, *_CONSTANT))
    marks = ", ".join((*(["%s"] * len(_VARYING)), *_CONSTANT.values()))
    sql = (
        f"INSERT INTO {_table(Message)} ({columns}) VALUES "  # noqa: S608
        f"{', '.join([f'({marks})'] * len(messages))} RETURNING seq, chat_id, id"
    )
    moment = connection.ops.adapt_datetimefield_value(now)
    parameters: list[Any] = []
    for one in messages:
        parameters += (
            one.chat_id, one.seq, one.modseq, one.kind, one.sender_id, _uuid(one.client_id), one.request_hash,
            one.text, _json(one.entities), _json(one.reply), one.reply_seq, _json(one.forward), one.card_kind,
            one.card_id, _json(one.card_snapshot), one.is_silent, moment,
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        ids = {(chat, seq): pk for seq, chat, pk in cursor.fetchall()}
    for one in messages:
        one.pk = ids[one.chat_id, one.seq]
        one._state.adding = False
        one._state.db = "default"


def _json(value: Any) -> str | None:
    if value is None:
        return None
    return "[]" if value == [] else json.dumps(value)


def raise_counters(chats: Collection[Chat], now: datetime) -> None:
    """One statement for all chats of the batch; bulk_update would build a CASE per row and field."""
    values = ", ".join(["(%s, %s, %s)"] * len(chats))
    parameters = [number for chat in chats for number in (chat.pk, chat.last_seq, chat.modseq)]
    table = _table(Chat)
    sql = (
        f"UPDATE {table} SET last_seq = v.column2, modseq = v.column3, changed_at = %s "  # noqa: S608
        f"FROM (VALUES {values}) AS v WHERE {table}.id = v.column1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [connection.ops.adapt_datetimefield_value(now), *parameters])


def move_read_marks(memberships: Collection[Membership], now: datetime) -> None:
    """Who writes has read. Never back: read_seq only grows, and it is the newest seq here."""
    values = ", ".join(["(%s, %s)"] * len(memberships))
    parameters = [number for row in memberships for number in (row.pk, row.read_seq)]
    table = _table(Membership)
    sql = (
        f"UPDATE {table} SET read_seq = v.column2, delivered_seq = v.column2, last_sent_at = %s "  # noqa: S608
        f"FROM (VALUES {values}) AS v WHERE {table}.id = v.column1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [connection.ops.adapt_datetimefield_value(now), *parameters])
