"""Links into groups and channels, and requests to be let in."""

import re
import secrets
from datetime import datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import handles, limits
from core.errors import Conflict, Gone, Invalid, NotFound
from messenger.actions.change import ChatChange, changing
from messenger.actions.members import enter
from messenger.actions.standing import acting, require_unsanctioned, staff_ids, standing_in
from messenger.events import JoinRequestsChanged
from messenger.models import Chat, Invite, JoinRequest, Membership, Right

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,32}")


def create_invite(
    *,
    by: User,
    chat_id: int,
    expires_at: datetime | None = None,
    max_uses: int | None = None,
    needs_approval: bool = False,
) -> Invite:
    if max_uses is not None and needs_approval:
        raise Invalid("limit_with_approval", _("A link with approval needs no limit: every request is looked at."))
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid("expires_in_the_past", field="expires_at")
    require_unsanctioned(by)
    standing_in(by, chat_id, Right.INVITE)
    limits.check("invite", by.pk)
    with acting(by, chat_id, Right.INVITE) as (change, _actor):
        own = Invite.objects.open().filter(chat=change.chat, created_by=by)
        if own.count() >= limits.INVITES_PER_CHAT:
            raise Conflict("too_many_invites", _("Revoke a link first."), limit=limits.INVITES_PER_CHAT)
        return Invite.objects.create(
            chat=change.chat,
            token=secrets.token_urlsafe(16),
            created_by=by,
            created_at=timezone.now(),
            expires_at=expires_at,
            max_uses=max_uses,
            needs_approval=needs_approval,
        )


def revoke_invite(*, by: User, chat_id: int, invite_id: int) -> None:
    """One's own, or anybody's with the right to ban. Idempotent."""
    with acting(by, chat_id, Right.INVITE) as (change, actor):
        invite = Invite.objects.filter(chat=change.chat, pk=invite_id).first()
        if invite is None:
            raise NotFound("invite_not_found")
        if invite.created_by_id != by.pk and not actor.may(Right.BAN):
            raise NotFound("invite_not_found")
        Invite.objects.filter(pk=invite.pk, revoked_at=None).update(revoked_at=timezone.now())


# --- joining ------------------------------------------------------------------------------------


def invite_for_joining(by: User | None, token: str) -> Invite:
    """The link, open or not, with its chat. NotFound for unknown ones, and for all links into what one is banned from.

    `by` is None for somebody who is not signed in.
    """
    if not _TOKEN.fullmatch(token):
        raise NotFound("invite_not_found")
    invite = Invite.objects.select_related("chat").filter(token=token, chat__deleted_at=None).first()
    if invite is None or state_of(by, invite.chat) == "banned":
        raise NotFound("invite_not_found")
    return invite


def public_chat(by: User | None, handle: str) -> Chat:
    """A public group or channel by its handle. NotFound, also to those who are banned from it."""
    handle = handles.normalize(handle)
    chat = Chat.objects.filter(handle=handle, deleted_at=None).first() if handles.PATTERN.fullmatch(handle) else None
    if chat is None or state_of(by, chat) == "banned":
        raise NotFound()
    return chat


def state_of(by: User | None, chat: Chat) -> str:
    """How someone stands to a chat they may not be in: member, banned, requested or outside."""
    if by is None:
        return "outside"
    membership = Membership.objects.filter(chat=chat, user=by).first()
    if membership is not None and membership.is_active:
        return "member"
    if membership is not None and membership.state == Membership.State.BANNED:
        return "banned"
    return "requested" if JoinRequest.objects.filter(chat=chat, user=by).exists() else "outside"


def join_by_link(*, by: User, token: str) -> Membership | JoinRequest:
    """In, or waiting for approval. Who is in already uses nothing up; to the banned the link is unknown."""
    limits.check("join", by.pk)
    invite = invite_for_joining(by, token)
    with changing(invite.chat_id) as change:
        membership = Membership.objects.filter(chat=change.chat, user=by).first()
        if membership is not None and membership.is_active:
            membership.chat, membership.user = change.chat, by
            return membership
        # Again, under the lock: it may just have been revoked, used up, or its holder banned.
        invite = invite_for_joining(by, token)
        require_open(invite)
        if invite.needs_approval:
            return _ask(change, invite, by)
        use_up(invite)
        return enter(change, by, via="link")


def require_open(invite: Invite) -> None:
    if not invite.is_open:
        raise Gone("invite_closed", _("This invite link is no longer valid."))


def use_up(invite: Invite) -> None:
    """One use less, and never more than there are, whatever locks the database knows."""
    if not Invite.objects.open().filter(pk=invite.pk).update(use_count=F("use_count") + 1):
        raise Gone("invite_closed", _("This invite link is no longer valid."))


def _ask(change: ChatChange, invite: Invite, by: User) -> JoinRequest:
    others = JoinRequest.objects.filter(chat=change.chat).exclude(user=by)
    if others.count() >= limits.JOIN_REQUESTS_PER_CHAT:
        raise Conflict("too_many_requests", _("Too many people are waiting already."))
    request, is_new = JoinRequest.objects.get_or_create(
        chat=change.chat, user=by, defaults={"invite": invite, "created_at": timezone.now()}
    )
    if is_new:
        tell_requests(change)
    return request


def tell_requests(change: ChatChange) -> None:
    """To those who decide: how many wait."""
    deciders = tuple(staff_ids(change.chat, Right.BAN))
    count = JoinRequest.objects.filter(chat=change.chat).count()
    data = {"chat": change.chat.pk, "count": count}
    change.publish(JoinRequestsChanged(chat=change.chat.pk, users=deciders, data=data))


# --- deciding -----------------------------------------------------------------------------------


def approve_request(*, by: User, chat_id: int, user_id: int) -> Membership:
    """Two admins at once let the person in once; the second finds a member and changes nothing."""
    with acting(by, chat_id, Right.BAN) as (change, _actor):
        request = JoinRequest.objects.select_related("user").filter(chat=change.chat, user_id=user_id).first()
        if request is None:
            return _member_already(change, user_id)
        if not request.user.is_active:
            raise NotFound("request_not_found")
        if request.invite_id is not None:
            Invite.objects.filter(pk=request.invite_id).update(use_count=F("use_count") + 1)
        membership = enter(change, request.user, via="request")
        tell_requests(change)
        return membership


def _member_already(change: ChatChange, user_id: int) -> Membership:
    members = Membership.objects.select_related("user").filter(chat=change.chat, state=Membership.State.ACTIVE)
    membership = members.filter(user_id=user_id).first()
    if membership is None:
        raise NotFound("request_not_found")
    membership.chat = change.chat
    return membership


def refuse_request(*, by: User, chat_id: int, user_id: int) -> None:
    """The person is not told. Idempotent."""
    with acting(by, chat_id, Right.BAN) as (change, _actor):
        count, _rows = JoinRequest.objects.filter(chat=change.chat, user_id=user_id).delete()
        if count:
            tell_requests(change)
