"""What every act on the people of a chat begins and ends with: the actor's standing, checked under the chat's lock,
and who is told of what came out.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Forbidden, Invalid
from core.events import Event, publish
from messenger import events, registry
from messenger.access import membership_for_reading, require_right
from messenger.actions.change import ChatChange, changing, raise_fact_seq
from messenger.models import Chat, Membership, Message, Right
from messenger.queries import head_json, my_json_now
from messenger.serializers import member_json, timestamp
from moderation.access import active_sanction
from moderation.models import Sanction

PEOPLE_PER_EVENT = 1_000  # ids carried by one event
ALL_RIGHTS = Right(sum(Right))


def standing_in(by: User, chat_id: int, right: Right | None = None) -> Membership:
    """The actor's membership of a group or channel. NotFound, Invalid("wrong_chat_kind"), Forbidden("right_needed")."""
    membership = membership_for_reading(by, chat_id)
    require_kind(membership, Chat.Kind.GROUP, Chat.Kind.CHANNEL)
    if right is not None:
        require_right(membership, right)
    return membership


def require_kind(membership: Membership, *kinds: str) -> None:
    """Invalid("wrong_chat_kind") in chats of another kind."""
    if membership.chat.kind not in kinds:
        raise Invalid("wrong_chat_kind", _("This works in groups and channels only."), kind=membership.chat.kind)


@contextmanager
def acting(by: User, chat_id: int, right: Right | None = None) -> Iterator[tuple[ChatChange, Membership]]:
    """A change of a group or channel by one of its members, with the actor's membership.

    Checked before the lock, so that outsiders never take it, and again under it: rights may just have been withdrawn.
    """
    standing_in(by, chat_id, right)
    with changing(chat_id) as change:
        actor = standing_in(by, chat_id, right)
        actor.chat, actor.user = change.chat, by
        yield change, actor


def require_ownership(membership: Membership) -> None:
    if membership.role != Membership.Role.OWNER:
        raise Forbidden("owner_only", _("Only the owner may do that."))


def require_unsanctioned(by: User) -> None:
    """Forbidden("sanctioned"): moderators took away the right to write, and so to open, name and announce chats."""
    if (sanction := active_sanction(by, Sanction.Kind.MUTE)) is not None:
        until = timestamp(sanction.until) if sanction.until else None
        raise Forbidden("sanctioned", _("Moderators have restricted your account."), until=until)


def rights_of(membership: Membership) -> Right:
    """What the member may effectively do. Needs `chat` loaded."""
    rights = Right(0)
    for right in Right:
        if membership.may(right):
            rights |= right
    return rights


def require_power_over(actor: Membership, target: Membership) -> None:
    """Owners are out of reach; admins are in reach of the owner, and of those who could have made them."""
    if target.user_id == actor.user_id:
        raise Invalid("not_on_yourself", _("You cannot do that to yourself."))
    if target.role == Membership.Role.OWNER:
        raise Forbidden("owner_is_untouchable", _("Nobody can do that to the owner."))
    if target.role == Membership.Role.ADMIN and actor.role != Membership.Role.OWNER:
        beyond = Right(target.rights) & ~rights_of(actor)
        if beyond or not actor.may(Right.PROMOTE):
            raise Forbidden("admin_is_untouchable", _("You cannot do that to this admin."))


# --- saying it in the chat, and telling those it concerns --------------------------------------


def say(change: ChatChange, by: User, type: str, **data: Any) -> Message:
    """A service message that does not become unread for the one who caused it."""
    message = change.add_service(by, type, **data)
    own = Membership.objects.filter(chat=change.chat, user=by, read_seq=message.seq - 1)
    own.update(read_seq=message.seq, delivered_seq=message.seq)
    return message


def named(user: User) -> dict[str, Any]:
    """A person inside a service message."""
    return {"id": user.pk, "name": user.display_name}


def touch_member(change: ChatChange, membership: Membership, *fields: str) -> None:
    """Insert or save a membership, and tell those who may know of it.

    In a group that is everybody, and a durable change of the chat. The subscribers of a channel are known to its
    admins only, and come and go by the thousand: they raise no counter of the chat (every reader would see a gap and
    fetch it), and the event to the admins is a hint without a modseq.
    """
    if not change.chat.is_broadcast:
        change.touch_membership(membership, *fields)
        return
    membership.chat = change.chat
    membership.changed_at = timezone.now()
    if membership.pk is None:
        membership.save(force_insert=True)
    else:
        membership.save(update_fields=["changed_at", *fields])
    told = set(staff_ids(change.chat)) | ({membership.user_id} if membership.is_active else set())
    change.publish(
        events.MemberChanged(chat=change.chat.pk, users=tuple(sorted(told)), data={**member_json(membership)})
    )


def staff_ids(chat: Chat, right: Right | None = None) -> list[int]:
    """Owner and admins, or those of them with a right."""
    staff = Membership.objects.filter(chat=chat, state=Membership.State.ACTIVE).exclude(role=Membership.Role.MEMBER)
    found = []
    for membership in staff:
        membership.chat = chat
        if right is None or membership.may(right):
            found.append(membership.user_id)
    return found


def count_members(change: ChatChange, delta: int) -> None:
    """Keep `member_count`, under the chat's lock. In channels quietly: see touch_member()."""
    change.chat.member_count = max(0, change.chat.member_count + delta)
    if change.chat.is_broadcast:
        Chat.objects.filter(pk=change.chat.pk).update(member_count=change.chat.member_count)
    else:
        change.touch_chat("member_count")


def tell_added(change: ChatChange, memberships: Sequence[Membership], listening: Sequence[int] | None = None) -> None:
    """Their sockets join, and each gets the head of the chat. To be called last: the head holds all that happened.

    People who have never been in the chat stand alike in it, so one head serves them all. `listening`: whose sockets
    join, when others than those who are told.
    """
    fresh = [membership for membership in memberships if not membership.fact_seq]
    groups = [fresh[start : start + PEOPLE_PER_EVENT] for start in range(0, len(fresh), PEOPLE_PER_EVENT)]
    groups += [[membership] for membership in memberships if membership.fact_seq]
    for group in groups:
        head = head_json(group[0].user, group[0])
        users = tuple(membership.user_id for membership in group)
        hub = _hub(change.chat, "join", listening or users)
        change.publish(events.ChatAdded(chat=change.chat.pk, users=users, data={**head}, hub=hub))


def tell_removed(change: ChatChange, user_ids: Sequence[int], state: str) -> None:
    """Their sockets leave. To be called first: nothing that happens after it may reach them."""
    registry.follow_parting(change.chat.pk, user_ids)
    for start in range(0, len(user_ids), PEOPLE_PER_EVENT):
        users = tuple(user_ids[start : start + PEOPLE_PER_EVENT])
        change.publish(
            events.ChatRemoved(
                chat=change.chat.pk,
                users=users,
                data={"chat": change.chat.pk, "state": state},
                hub=_hub(change.chat, "leave", users),
            )
        )


def _hub(chat: Chat, instruction: str, users: Sequence[int]) -> dict[str, Any]:
    return {instruction: list(users), "room": chat.pk, "size": chat.member_count}


def lock_facts(user: User) -> None:
    """Make all changes to this person's private facts serial, until the transaction ends.

    After the locks on chats and memberships. Without the key: messages that name the person need not wait.
    """
    User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk", flat=True).first()


def touch_facts(memberships: Sequence[Membership], *fields: str) -> None:
    """Save private facts of one person about some chats, and tell the person's devices how things stand now.

    Needs `chat` and `user` loaded. Inside a transaction, after the locks on chats and memberships: this one takes the
    person's row.
    """
    for membership in memberships:
        membership.fact_seq = raise_fact_seq(membership.user_id)
        membership.changed_at = timezone.now()
        membership.save(update_fields=["fact_seq", "changed_at", *fields])
    publish(*[_my_changed(membership) for membership in memberships])


def _my_changed(membership: Membership) -> Event:
    return events.MyChanged(
        users=(membership.user_id,),
        fact_seq=membership.fact_seq,
        data={"chat": membership.chat_id, "my": my_json_now(membership)},
    )
