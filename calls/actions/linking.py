"""The link into a group's calls, for people who are not in the chat. A chat has one at a time."""

import re
import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from calls import access
from calls.models import CallLink
from core import limits
from core.errors import Forbidden, NotFound
from messenger.actions.standing import require_unsanctioned
from messenger.models import Membership

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,32}")


def open_link(*, by: User, chat_id: int) -> CallLink:
    """The open link of a group, made if there is none. For hosts.

    Raises NotFound, Forbidden("no_calls_here", "right_needed", "sanctioned").
    """
    membership = access.chat_for_calling(by, chat_id)
    if membership.chat.is_direct:
        raise Forbidden("no_calls_here")
    _require_host(membership)
    require_unsanctioned(by)
    if (there := _open_in(chat_id)) is not None:
        return there
    limits.check("invite", by.pk)
    try:
        with transaction.atomic():
            return CallLink.objects.create(
                chat=membership.chat, token=secrets.token_urlsafe(16), created_by=by, created_at=timezone.now()
            )
    except IntegrityError:  # another host was faster
        there = _open_in(chat_id)
        if there is None:
            raise
        return there


def _open_in(chat_id: int) -> CallLink | None:
    return CallLink.objects.select_related("created_by").filter(chat=chat_id, revoked_at=None).first()


def revoke_link(*, by: User, token: str) -> None:
    """It opens nothing from now on; who was let in stays. For hosts. Twice is once."""
    link = _find(by, token)
    membership = Membership.objects.select_related("chat").filter(chat=link.chat_id, user=by).first()
    if membership is None or not membership.is_active:
        raise NotFound("link_not_found")
    _require_host(membership)
    CallLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())


def link_for_knocking(by: User, token: str) -> CallLink:
    """With its chat. NotFound("link_not_found") for unknown and revoked ones, and to those who are banned there."""
    link = _find(by, token)
    if link.revoked_at is not None:
        raise NotFound("link_not_found")
    return link


def _find(by: User, token: str) -> CallLink:
    if not _TOKEN.fullmatch(token):
        raise NotFound("link_not_found")
    link = CallLink.objects.select_related("chat").filter(token=token, chat__deleted_at=None).first()
    if link is None or is_banned(by, link.chat_id):
        raise NotFound("link_not_found")
    return link


def is_banned(user: User, chat_id: int) -> bool:
    return Membership.objects.filter(chat=chat_id, user=user, state=Membership.State.BANNED).exists()


def _require_host(membership: Membership) -> None:
    if not access.is_host(membership):
        raise Forbidden("right_needed", right="ban")
