"""Who is in a group or channel: adding, coming, going, removing, banning, and what each may do."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import allowed, users_for_viewing
from accounts.models import User
from core import limits
from core.errors import Conflict, Forbidden, Invalid, NotFound
from messenger.actions.change import ChatChange, changing
from messenger.actions.dissolving import dissolve
from messenger.actions.standing import (
    ALL_RIGHTS,
    acting,
    count_members,
    named,
    require_ownership,
    require_power_over,
    require_unsanctioned,
    rights_of,
    say,
    standing_in,
    tell_added,
    tell_removed,
    touch_facts,
    touch_member,
)
from messenger.models import Chat, FolderEntry, Invite, JoinRequest, Membership, Right

State = Membership.State
Role = Membership.Role

# What an admin gets when nothing else is said, as far as the one who makes them has it.
ADMIN_RIGHTS = ALL_RIGHTS & ~Right.PROMOTE


@dataclass
class Added:
    """What became of people who were to be added. `refused`: (user id, code)."""

    added: list[Membership] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    suggest_link: bool = False


# --- coming -------------------------------------------------------------------------------------


def add_members(*, by: User, chat_id: int, user_ids: Sequence[int]) -> Added:
    """Add people who let themselves be added; the others are named with the reason, and nothing fails for them."""
    wanted = list(dict.fromkeys(user_ids))
    if len(wanted) > limits.MEMBERS_PER_REQUEST:
        raise Invalid("too_many_members", limit=limits.MEMBERS_PER_REQUEST)
    standing_in(by, chat_id, Right.INVITE)
    require_unsanctioned(by)
    limits.check("add_members", by.pk, cost=max(1, len(wanted)))
    people, refused = addable(by, wanted)
    with acting(by, chat_id, Right.INVITE) as (change, actor):
        result = Added(refused=refused)
        known = {one.user_id: one for one in Membership.objects.filter(chat=change.chat, user__in=people)}
        room = _room(change.chat)
        for user in people:
            if code := _refusal(known.get(user.pk), actor, is_full=len(result.added) >= room):
                result.refused.append((user.pk, code))
            else:
                result.added.append(known.get(user.pk) or Membership(user=user))
                result.added[-1].user = user
        _take_in(change, by, result.added)
        result.suggest_link = any(code == "privacy" for _user, code in result.refused)
    return result


def addable(by: User, user_ids: Sequence[int]) -> tuple[list[User], list[tuple[int, str]]]:
    """Those of `user_ids` whom `by` may add to groups, in that order, and the others with the reason."""
    found = {user.pk: user for user in users_for_viewing(by, user_ids) if user.is_active and user.deleted_at is None}
    willing = allowed(by, found.values(), "group")
    refused = [(pk, "privacy" if pk in found else "user_not_found") for pk in user_ids if pk not in willing]
    return [found[pk] for pk in user_ids if pk in willing], refused


def _room(chat: Chat) -> int:
    """How many more may come."""
    return max(0, limits.GROUP_MEMBERS - chat.member_count) if chat.kind == Chat.Kind.GROUP else 2**31


def _refusal(known: Membership | None, actor: Membership, *, is_full: bool) -> str:
    if known is not None and known.is_active:
        return "already_member"
    if known is not None and known.state == State.BANNED and not actor.may(Right.BAN):
        return "banned"
    return "group_full" if is_full else ""


def _take_in(change: ChatChange, by: User, memberships: list[Membership]) -> None:
    if not memberships:
        return
    before = change.chat.last_seq
    if not change.chat.is_broadcast:
        say(change, by, "members.added", users=[named(membership.user) for membership in memberships])
    for membership in memberships:
        admit(change, membership, hidden_up_to=before, read_seq=before)
    JoinRequest.objects.filter(chat=change.chat, user__in=[one.user_id for one in memberships]).delete()
    count_members(change, len(memberships))
    tell_added(change, memberships)


def admit(change: ChatChange, membership: Membership, *, hidden_up_to: int, read_seq: int) -> None:
    """Make a new or returning person a member. `user` must be loaded. What they have read stays read."""
    membership.role, membership.rights, membership.state = Role.MEMBER, 0, State.ACTIVE
    membership.joined_at = timezone.now()
    membership.joined_seq = 0 if change.chat.is_history_visible else hidden_up_to
    membership.read_seq = max(membership.read_seq, read_seq)
    membership.delivered_seq = max(membership.delivered_seq, membership.read_seq)
    touch_member(
        change, membership, "role", "rights", "state", "joined_at", "joined_seq", "read_seq", "delivered_seq"
    )  # fmt: skip


def join_public(*, by: User, chat_id: int) -> Membership:
    """Join a group or channel that has a handle. To the banned it is not there; joining twice changes nothing."""
    limits.check("join", by.pk)
    public = Chat.objects.filter(pk=chat_id, deleted_at=None, handle__isnull=False)
    if not public.exists():
        raise NotFound()
    with changing(chat_id) as change:
        if change.chat.handle is None:
            raise NotFound()
        return enter(change, by, via="public")


def enter(change: ChatChange, user: User, *, via: str) -> Membership:
    """Let a person in who came by themselves: by handle, link or approved request. Idempotent; NotFound if banned."""
    membership = Membership.objects.filter(chat=change.chat, user=user).first() or Membership(user=user)
    membership.chat, membership.user = change.chat, user
    if membership.state == State.BANNED:
        raise NotFound()
    if membership.pk is not None and membership.is_active:
        return membership
    if not _room(change.chat):
        raise Conflict("group_full", _("This group is full."), limit=limits.GROUP_MEMBERS)
    before = change.chat.last_seq
    if not change.chat.is_broadcast:
        say(change, user, "member.joined_by_link" if via == "link" else "member.joined", via=via)
    admit(change, membership, hidden_up_to=before, read_seq=change.chat.last_seq)
    JoinRequest.objects.filter(chat=change.chat, user=user).delete()
    count_members(change, 1)
    tell_added(change, [membership])
    return membership


# --- going --------------------------------------------------------------------------------------


def leave_chat(*, by: User, chat_id: int) -> None:
    """The last one out takes the chat along; an owner with others in it must hand it over first."""
    with acting(by, chat_id) as (change, membership):
        if membership.role == Role.OWNER:
            others = Membership.objects.filter(chat=change.chat, state=State.ACTIVE).exclude(pk=membership.pk)
            if others.exists():
                raise Conflict("owner_must_hand_over", _("Hand the chat over to someone before you leave."))
            dissolve(change)
            return
        expel(change, membership, State.LEFT)
        if not change.chat.is_broadcast:
            change.add_service(by, "member.left")


def remove_member(*, by: User, chat_id: int, user_id: int) -> None:
    """Removed people may come back by a link; banned ones not. Removing someone who is not in changes nothing."""
    with acting(by, chat_id, Right.BAN) as (change, actor):
        target = _member(change, user_id)
        if target.is_active:
            require_power_over(actor, target)
            _put_out(change, actor, target, State.REMOVED)


def ban_member(*, by: User, chat_id: int, user_id: int) -> Membership:
    """Also of people who were never in. Idempotent."""
    standing_in(by, chat_id, Right.BAN)
    found = users_for_viewing(by, [user_id])
    if not found:
        raise NotFound("user_not_found")
    with acting(by, chat_id, Right.BAN) as (change, actor):
        target = Membership.objects.filter(chat=change.chat, user=found[0]).first()
        target = target or Membership(user=found[0], state=State.LEFT)
        target.chat, target.user = change.chat, found[0]
        require_power_over(actor, target)
        if target.is_active:
            _put_out(change, actor, target, State.BANNED)
        elif target.state != State.BANNED:
            target.state = State.BANNED
            touch_member(change, target, "state")
        JoinRequest.objects.filter(chat=change.chat, user=target.user).delete()
    return target


def unban_member(*, by: User, chat_id: int, user_id: int) -> None:
    """They may come back, but are not in. Idempotent."""
    with acting(by, chat_id, Right.BAN) as (change, _actor):
        target = _member(change, user_id)
        if target.state == State.BANNED:
            target.state = State.REMOVED
            touch_member(change, target, "state")


def _member(change: ChatChange, user_id: int) -> Membership:
    """Someone who is or was in the chat. NotFound("member_not_found")."""
    membership = Membership.objects.select_related("user").filter(chat=change.chat, user_id=user_id).first()
    if membership is None:
        raise NotFound("member_not_found")
    membership.chat = change.chat
    return membership


def _put_out(change: ChatChange, actor: Membership, target: Membership, state: State) -> None:
    """Against their will: their links die with them, or they would be back in a second."""
    expel(change, target, state)
    Invite.objects.filter(chat=change.chat, created_by=target.user, revoked_at=None).update(revoked_at=timezone.now())
    if not change.chat.is_broadcast:
        type = "member.banned" if state == State.BANNED else "member.removed"
        say(change, actor.user, type, user=named(target.user))


def expel(change: ChatChange, membership: Membership, state: State) -> None:
    """The socket leaves first; how the person kept the chat is forgotten, what they read is not."""
    tell_removed(change, [membership.user_id], state)
    FolderEntry.objects.filter(membership=membership).delete()
    membership.state, membership.role, membership.rights = state, Role.MEMBER, 0
    membership.pinned_rank, membership.is_archived = 0, False
    membership.draft_text, membership.draft_reply_to, membership.draft_at = "", None, None
    touch_member(
        change, membership, "state", "role", "rights", "pinned_rank", "is_archived", "draft_text", "draft_reply_to",
        "draft_at",
    )  # fmt: skip
    count_members(change, -1)


# --- roles --------------------------------------------------------------------------------------


def change_role(
    *, by: User, chat_id: int, user_id: int, role: str | None = None, rights: Right | None = None
) -> Membership:
    """Make an admin, change an admin's rights, or make an admin a plain member again.

    Nobody gives more than they have: Forbidden("rights_beyond_yours") with those `rights`.
    """
    with acting(by, chat_id, Right.PROMOTE) as (change, actor):
        target = _member(change, user_id)
        if not target.is_active:
            raise NotFound("member_not_found")
        require_power_over(actor, target)
        new_role = role or target.role
        new_rights = _new_rights(actor, target, new_role, rights)
        if (target.role, target.rights) == (new_role, int(new_rights)):
            return target
        if new_role == Role.ADMIN and target.role != Role.ADMIN:
            _require_admin_room(change.chat)
        _set_role(change, target, Role(new_role), new_rights)
    return target


def _new_rights(actor: Membership, target: Membership, role: str, rights: Right | None) -> Right:
    if role == Role.MEMBER:
        if rights:
            raise Invalid("rights_of_admins_only", _("Only admins have rights of their own."), field="rights")
        return Right(0)
    own = rights_of(actor)
    if rights is None:
        return Right(target.rights) if target.role == Role.ADMIN else own & ADMIN_RIGHTS
    if beyond := rights & ~own:
        raise Forbidden("rights_beyond_yours", _("You cannot give rights that you do not have."), rights=beyond.names)
    return rights


def _require_admin_room(chat: Chat) -> None:
    if Membership.objects.filter(chat=chat, state=State.ACTIVE, role=Role.ADMIN).count() >= limits.ADMINS_PER_CHAT:
        raise Conflict("too_many_admins", limit=limits.ADMINS_PER_CHAT)


def _set_role(change: ChatChange, target: Membership, role: Membership.Role, rights: Right) -> None:
    target.role, target.rights = role, int(rights)
    touch_member(change, target, "role", "rights")
    touch_facts([target])  # what one may do shows on all one's devices, like any private fact


def hand_over(*, by: User, chat_id: int, user_id: int) -> Membership:
    """Make another member the owner; the old one stays as an admin with all rights."""
    with acting(by, chat_id) as (change, actor):
        require_ownership(actor)
        target = _member(change, user_id)
        if target.user_id == actor.user_id:
            raise Invalid("not_on_yourself", _("You are the owner already."))
        if not target.is_active or not target.user.is_active:
            raise NotFound("member_not_found")
        actor.role, actor.rights = Role.ADMIN, int(ALL_RIGHTS)
        target.role, target.rights = Role.OWNER, 0
        touch_member(change, actor, "role", "rights")
        touch_member(change, target, "role", "rights")
        if not change.chat.is_broadcast:
            say(change, by, "owner.changed", user=named(target.user))
        for membership in sorted((actor, target), key=lambda one: one.user_id):
            touch_facts([membership])
    return target
