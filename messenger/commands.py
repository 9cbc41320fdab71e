"""The messenger's commands on the socket: what is hot or fleeting. Everything else is REST."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

from core import limits, socket
from core.commands import command
from core.errors import Invalid
from core.events import publish_now
from core.gather import Gather
from core.hub import hub
from core.socket import Socket
from messenger import events
from messenger.actions.acting import require_contact
from messenger.actions.outgoing import Outgoing, Sent
from messenger.actions.reading import read_chat as read_chat_action
from messenger.models import Chat, Membership
from messenger.presence import presence, presence_of
from messenger.receipts import receipts
from messenger.syncing import sync_many
from messenger.writer import writer


@command("resume", answer="Sync", errors=("bad_token",))
async def resume(socket: Socket, *, token: str | None = None) -> Any:
    """Say what changed since `token` (of the last resume or GET /api/v1/sync): first thing after each connect.

    Without a token: the newest page of the chat list. While `has_more`, ask again with the token it answered.
    """
    return resumes.ask((socket.user, token))


@command("chat.open", answer="{}")
async def open_chats(socket: Socket, *, chats: list[int]) -> None:
    """The chats on screen now. Typing, and every event of chats with over 1,000 members, come only for these."""
    if len(chats) > limits.OPEN_CHATS:
        raise Invalid("too_many_open", limit=limits.OPEN_CHATS)
    connection = socket.connection
    assert connection is not None
    connection.open_rooms = frozenset(chats) & connection.rooms


@command(
    "message.send",
    answer='{"message": Message, "is_new": bool}',
    errors=(
        "chat_not_found", "right_needed", "blocked", "sanctioned", "slow_mode", "text_too_long", "empty_message",
        "bad_entities", "attachment_not_found", "too_many_attachments", "reply_not_found", "quote_too_long",
        "client_id_reused", "rate_limited", "busy",
    ),
)  # fmt: skip
async def send_message(
    socket: Socket,
    *,
    chat: int,
    client_id: uuid.UUID,
    text: str = "",
    entities: list[dict] | None = None,
    reply_to: int | None = None,
    quote: str = "",
    attachments: list[uuid.UUID] = [],  # noqa: B006  (a declaration, never changed)
    is_silent: bool = False,
) -> "asyncio.Future[dict[str, Any]]":
    """Send a message. Answered after the commit; the same `client_id` again answers what is stored.

    Without `entities` the text may hold light markup (**bold**, _italic_, `code`, …); with them it is taken as it is.
    """
    limits.check("send", socket.user.pk)
    limits.check("send_chat", (socket.user.pk, chat))
    outgoing = Outgoing(
        by=socket.user.pk,
        chat=chat,
        client_id=client_id,
        text=text,
        entities=entities,
        reply_to=reply_to,
        quote=quote,
        attachments=attachments,
        is_silent=is_silent,
    )
    answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

    def done(sent: "asyncio.Future[Sent]") -> None:
        if answer.cancelled():
            return
        if (error := sent.exception()) is not None:
            answer.set_exception(error)
        else:
            answer.set_result({"message": sent.result().data, "is_new": sent.result().is_new})

    writer.submit(outgoing).add_done_callback(done)
    return answer


@command("chat.read", answer='{"my": My}', errors=("not_found",))
def read_chat(socket: Socket, *, chat: int, seq: int) -> Any:
    """Everything up to `seq` has been read. Marks only grow: an older one changes nothing."""
    return {"my": read_chat_action(by=socket.user, chat=chat, seq=seq)}


@command("chat.received", answer="{}")
async def received(socket: Socket, *, chats: dict[int, int]) -> None:
    """A device holds everything up to these seqs (chat -> seq): the senders' second tick. At most once a second."""
    receipts.add(socket.user.pk, chats)


@command("typing", answer="{}", errors=("blocked", "rate_limited"))
def typing(socket: Socket, *, chat: int, action: Literal["text", "voice", "photo", "file"] = "text") -> None:
    """Tell those who have the chat open. Repeat every 5 s while it goes on; forgotten after 6 s. Chats of up to 100."""
    limits.check("typing", socket.user.pk)
    connection = socket.connection
    assert connection is not None
    # Only where they have the chat on screen themselves, which chat.open has checked against their memberships.
    if chat not in connection.open_rooms or hub.member_counts.get(chat, 0) > limits.TYPING_UP_TO:
        return
    require_contact(Chat.objects.only("kind", "pair_key").get(pk=chat))  # who is blocked does not see who is there
    data = {"user": socket.user.pk, "name": socket.user.display_name, "action": action}
    publish_now([events.Typing(chat=chat, data=data)])


@command("presence.watch", answer='{"presence": {user: {"state", "last_seen_at"}}}')
def watch_presence(socket: Socket, *, users: list[int]) -> Any:
    """Ask about up to 100 people, every 30 to 60 s, for those on screen. Each under their own privacy rule."""
    wanted = [user for user in users[:100] if 0 < user < 2**63]
    return {"presence": {str(user): state for user, state in presence_of(socket.user, wanted).items()}}


@command("ping", answer='{"behind": {chat: modseq}}')
async def ping(socket: Socket, *, open: dict[int, int] = {}) -> Any:  # noqa: B006
    """Every 30 s, with the modseq of the chats on screen. `behind` names those that are further: get their changes."""
    if not open:
        return {"behind": {}}
    return pings.ask((socket.user.pk, {chat: modseq for chat, modseq in open.items() if 0 < chat < 2**63}))


def _behind_many(asked: Sequence[tuple[int, dict[int, int]]]) -> list[dict[str, Any]]:
    """For each (user, {chat: modseq}): the chats that are further than that. One query."""
    rows = Membership.objects.filter(
        user__in={user for user, _known in asked},
        chat__in={chat for _user, known in asked for chat in known},
        state=Membership.State.ACTIVE,
    ).values_list("user_id", "chat_id", "chat__modseq")
    now = {(user, chat): modseq for user, chat, modseq in rows}
    return [
        {"behind": {str(chat): now[user, chat] for chat, have in known.items() if now.get((user, chat), 0) > have}}
        for user, known in asked
    ]


def _rooms_of_many(user_ids: Sequence[int]) -> list[list[tuple[int, int]]]:
    """For the hub: the chats of each person, with their sizes. One query."""
    rows = Membership.objects.filter(
        user__in=set(user_ids), state=Membership.State.ACTIVE, chat__deleted_at=None
    ).values_list("user_id", "chat_id", "chat__member_count")
    rooms: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for user, chat, member_count in rows:
        rooms[user].append((chat, member_count))
    return [rooms[user_id] for user_id in user_ids]


pings = Gather(_behind_many, at_once=500)
resumes = Gather(sync_many)
hub.set_rooms_loader(_rooms_of_many)
socket.on_connected.append(lambda one: presence.came(one.user.pk))
socket.on_disconnected.append(lambda one: presence.went(one.user.pk))
