"""Making chats, saying what they are, ending them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import has_blocked, may_write, user_for_viewing
from accounts.models import Contact, User
from core import handles, limits
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.images import prepare_photo, remove_photo
from messenger.access import require_right
from messenger.actions.change import ChatChange, changing
from messenger.actions.dissolving import dissolve
from messenger.actions.members import addable
from messenger.actions.standing import (
    acting,
    named,
    require_ownership,
    require_unsanctioned,
    rights_of,
    say,
    standing_in,
    tell_added,
)
from messenger.models import Chat, Membership, Right

# What plain members may in each kind of chat.
DEFAULT_RIGHTS = {
    Chat.Kind.DIRECT: Right.WRITE | Right.MEDIA | Right.REACT | Right.PIN,
    Chat.Kind.GROUP: Right.WRITE | Right.MEDIA | Right.REACT | Right.INVITE,
    Chat.Kind.CHANNEL: Right.REACT,
    Chat.Kind.SAVED: Right(0),  # its one member is the owner
    Chat.Kind.ORDER: Right.WRITE | Right.MEDIA | Right.REACT | Right.PIN,
}
# What can be given to everybody. The other rights are power over other members.
RIGHTS_FOR_ALL = Right.WRITE | Right.MEDIA | Right.REACT | Right.INVITE | Right.PIN | Right.CHANGE_INFO
RIGHTS_FOR_SUBSCRIBERS = Right.REACT | Right.INVITE  # who may write in a channel is an admin


@dataclass
class Created:
    """A new chat as its owner has it. `refused`: who did not let themselves be added, (user id, code)."""

    membership: Membership
    refused: list[tuple[int, str]]


# --- groups and channels ------------------------------------------------------------------------


def create_chat(
    *,
    by: User,
    kind: Chat.Kind,
    title: str,
    description: str = "",
    handle: str | None = None,
    member_ids: Sequence[int] = (),
) -> Created:
    """A group or channel with its first members. Those who do not let themselves be added are named, and left out."""
    wanted = [pk for pk in dict.fromkeys(member_ids) if pk != by.pk]
    if len(wanted) > limits.MEMBERS_PER_REQUEST:
        raise Invalid("too_many_members", limit=limits.MEMBERS_PER_REQUEST)
    require_unsanctioned(by)
    limits.check("create_chat", by.pk)
    if wanted:
        limits.check("add_members", by.pk, cost=len(wanted))
    people, refused = addable(by, wanted)
    with transaction.atomic():
        _require_room_for_another(by)
        chat = Chat.objects.create(
            kind=kind,
            title=title,
            description=description,
            handle=handles.claim(handle) if handle else None,
            created_by=by,
            default_rights=int(DEFAULT_RIGHTS[kind]),
        )
        with changing(chat.pk) as change:
            owner = _populate(change, by, people)
    return Created(owner, refused)


def _require_room_for_another(by: User) -> None:
    own = Chat.objects.filter(created_by=by, deleted_at=None, kind__in=(Chat.Kind.GROUP, Chat.Kind.CHANNEL))
    if own.count() >= limits.CHATS_CREATED_PER_PERSON:
        raise Conflict("too_many_chats", limit=limits.CHATS_CREATED_PER_PERSON)


def _populate(change: ChatChange, by: User, people: Sequence[User]) -> Membership:
    chat = change.chat
    chat.member_count = 1 + len(people)
    Chat.objects.filter(pk=chat.pk).update(member_count=chat.member_count)
    if chat.is_broadcast:  # its first subscribers are nobody else's business
        change.add_service(by, "channel.created", title=chat.title)
    else:
        change.add_service(by, "chat.created", title=chat.title, users=[named(user) for user in people])
    owner = insert_member(change, by, Membership.Role.OWNER, read_seq=chat.last_seq)
    tell_added(change, [owner])
    tell_added(change, [insert_member(change, user, Membership.Role.MEMBER) for user in people])
    return owner


def insert_member(change: ChatChange, user: User, role: Membership.Role, read_seq: int = 0) -> Membership:
    """A member of a chat that nobody has seen yet: there is nobody to tell of them."""
    membership = Membership(chat=change.chat, user=user, role=role, read_seq=read_seq, delivered_seq=read_seq)
    membership.joined_at = membership.changed_at = timezone.now()
    membership.modseq = 0 if change.chat.is_broadcast else change.chat.modseq
    membership.save(force_insert=True)
    return membership


# --- direct chats and saved messages ------------------------------------------------------------


def open_direct(*, by: User, user_id: int) -> tuple[Membership, bool]:
    """The one chat of two people, and whether it is new. With oneself it is the saved messages.

    An old chat opens whatever privacy and blocks say now (one cannot write there). The other is a member at once,
    so that both could press the button together, but sees nothing of it before the first message.
    """
    other = user_for_viewing(by, user_id)
    if other.pk == by.pk:
        return open_saved(by=by)
    if (membership := _membership_of_pair(by, _pair_key(by, other))) is not None:
        return membership, False
    _require_may_begin(by, other)
    return _open(by, Chat.Kind.DIRECT, _pair_key(by, other), [other])


def _require_may_begin(by: User, other: User) -> None:
    require_unsanctioned(by)
    if has_blocked(by, other):
        raise Forbidden("blocked_by_you", _("You have blocked this person."))
    if not other.is_active or not may_write(by, other):
        # The same for a block and for privacy: nobody learns that they are blocked.
        raise Forbidden("privacy", _("This person does not take messages from you."))
    if not Contact.objects.filter(owner=other, user=by).exists():
        limits.check("new_stranger", by.pk)


def open_saved(*, by: User) -> tuple[Membership, bool]:
    """The person's notes to themselves, and whether they are new."""
    key = str(by.pk)
    if (membership := _membership_of_pair(by, key)) is not None:
        return membership, False
    return _open(by, Chat.Kind.SAVED, key, [])


def _pair_key(one: User, other: User) -> str:
    return ":".join(str(pk) for pk in sorted((one.pk, other.pk)))


def _membership_of_pair(by: User, pair_key: str) -> Membership | None:
    found = Membership.objects.select_related("chat", "user").filter(chat__pair_key=pair_key, chat__deleted_at=None)
    return found.filter(user=by).first()


def _open(by: User, kind: Chat.Kind, pair_key: str, others: Sequence[User]) -> tuple[Membership, bool]:
    """Race-safe by the unique pair key: who comes second waits for the first to commit, and finds the chat whole."""
    people = [by, *others]
    with transaction.atomic():
        chat, is_new = Chat.objects.get_or_create(
            pair_key=pair_key,
            defaults={
                "kind": kind,
                "created_by": by,
                "default_rights": int(DEFAULT_RIGHTS[kind]),
                "member_count": len(people),
            },
        )
        if is_new:
            role = Membership.Role.OWNER if kind == Chat.Kind.SAVED else Membership.Role.MEMBER
            with changing(chat.pk) as change:
                change.next_modseq()
                members = [insert_member(change, user, role) for user in people]
                # Everybody's sockets listen from now on, or the first message would not reach them.
                tell_added(change, members[:1], listening=[user.pk for user in people])
    membership = _membership_of_pair(by, pair_key)
    if membership is None:
        raise NotFound()
    return membership, is_new


# --- what a chat says of itself -----------------------------------------------------------------

_RIGHT_TO_EDIT = {
    "title": Right.CHANGE_INFO,
    "description": Right.CHANGE_INFO,
    "slow_mode_seconds": Right.BAN,
    "default_rights": Right.BAN,
}  # the rest, handle and is_history_visible, is the owner's


def edit_chat(*, by: User, chat_id: int, **wanted: Any) -> Membership:
    """`wanted`: any of title, description, handle (None: private), slow_mode_seconds, default_rights (a Right) and
    is_history_visible. What stays as it was is no change, and needs no right.
    """
    require_unsanctioned(by)
    limits.check("edit", by.pk)
    if wanted.get("handle"):
        wanted["handle"] = handles.normalize(wanted["handle"])
    with acting(by, chat_id) as (change, actor):
        wanted = {name: value for name, value in wanted.items() if value != getattr(change.chat, name)}
        for name in wanted:
            _require_may_edit(actor, name)
        if "default_rights" in wanted:
            _check_default_rights(actor, Right(wanted["default_rights"]))
        if wanted.get("slow_mode_seconds") and change.chat.is_broadcast:
            raise Invalid("wrong_chat_kind", _("Only admins write in a channel anyway."), kind=change.chat.kind)
        if wanted.get("handle"):
            wanted["handle"] = handles.claim(wanted["handle"])
        for name, value in wanted.items():
            setattr(change.chat, name, value)
        if "title" in wanted:
            say(change, by, "title.changed", title=change.chat.title)
        if wanted:
            change.touch_chat(*wanted)
    return actor


def _require_may_edit(actor: Membership, name: str) -> None:
    if name in _RIGHT_TO_EDIT:
        require_right(actor, _RIGHT_TO_EDIT[name])
    else:
        require_ownership(actor)


def _check_default_rights(actor: Membership, rights: Right) -> None:
    """Power over others is never given to all, and nobody gives all (themselves among them) what they have not."""
    possible = RIGHTS_FOR_SUBSCRIBERS if actor.chat.is_broadcast else RIGHTS_FOR_ALL
    if not_for_all := rights & ~possible:
        raise Invalid("rights_of_admins_only", field="default_rights", rights=not_for_all.names)
    if beyond := rights & ~Right(actor.chat.default_rights) & ~rights_of(actor):
        raise Forbidden("rights_beyond_yours", _("You cannot give rights that you do not have."), rights=beyond.names)


def set_photo(*, by: User, chat_id: int, file: Any) -> Membership:
    """Raises Invalid("photo_unreadable") or TooLarge("photo_too_large")."""
    require_unsanctioned(by)
    standing_in(by, chat_id, Right.CHANGE_INFO)
    limits.check("edit", by.pk)
    content = prepare_photo(file)  # before the lock: decoding takes a moment
    with acting(by, chat_id, Right.CHANGE_INFO) as (change, actor):
        remove_photo(change.chat.photo)
        change.chat.photo.save(content.name or "photo.webp", content, save=False)
        say(change, by, "photo.changed")
        change.touch_chat("photo")
    return actor


def clear_photo(*, by: User, chat_id: int) -> Membership:
    with acting(by, chat_id, Right.CHANGE_INFO) as (change, actor):
        if change.chat.photo:
            remove_photo(change.chat.photo)
            say(change, by, "photo.removed")
            change.touch_chat("photo")
    return actor


def delete_chat(*, by: User, chat_id: int) -> None:
    """For everybody, and for good. Only the owner."""
    with acting(by, chat_id) as (change, actor):
        require_ownership(actor)
        dissolve(change)
