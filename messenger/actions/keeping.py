"""How one person keeps a chat: muted, pinned, archived, in folders, with a draft. Private facts, told to own devices.

Locks are taken in one order: memberships by id, then the person's row, which makes all facts of one person serial.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Conflict, Invalid, NotFound
from messenger.access import membership_for_reading
from messenger.actions.standing import lock_facts, touch_facts
from messenger.models import Folder, FolderEntry, Membership

FOREVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_KEPT = ("muted_until", "is_archived", "is_marked_unread", "pinned_rank")
_MAX_RANK = 32_000  # of a small integer; then free ranks are used again


def locked(by: User, chat_id: int) -> Membership:
    """The membership with its row locked. NotFound unless active."""
    found = membership_for_reading(by, chat_id)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("chat").filter(pk=found.pk)
    membership = rows.filter(state=Membership.State.ACTIVE).first()
    if membership is None:
        raise NotFound()
    membership.user = by
    return membership


def keep_chat(*, by: User, chat_id: int, **wanted: Any) -> Membership:
    """`wanted`: any of muted_until (None: not), is_pinned, is_archived, is_marked_unread and folders (ids).

    Nothing new is no change, and no event.
    """
    with transaction.atomic():
        membership = locked(by, chat_id)
        lock_facts(by)
        before = _state(membership)
        if "muted_until" in wanted:
            membership.muted_until = _mute_end(wanted["muted_until"])
        if "is_archived" in wanted:
            membership.is_archived = wanted["is_archived"]
            if membership.is_archived:
                membership.pinned_rank = 0  # a chat is put away or on top, not both
        if "is_marked_unread" in wanted:
            membership.is_marked_unread = wanted["is_marked_unread"]
        if "is_pinned" in wanted:
            _set_pinned(membership, wanted["is_pinned"])
        is_moved = "folders" in wanted and _set_folders(membership, wanted["folders"])
        if is_moved or _state(membership) != before:
            touch_facts([membership], *_KEPT)
    return membership


def _state(membership: Membership) -> tuple[Any, ...]:
    return tuple(getattr(membership, name) for name in _KEPT)


def mute_end(seconds: int | None) -> datetime | None:
    """When a mute of so many seconds ends; None is for ever, 0 ends it now."""
    if seconds == 0:
        return None
    longest = int(timedelta(days=3650).total_seconds())
    return FOREVER if seconds is None or seconds > longest else timezone.now() + timedelta(seconds=seconds)


def _mute_end(until: datetime | None) -> datetime | None:
    return until if until is not None and until > timezone.now() else None


def _set_pinned(membership: Membership, is_pinned: bool) -> None:
    if not is_pinned:
        membership.pinned_rank = 0
    if not is_pinned or membership.pinned_rank:
        return
    ranks = set(_pinned(membership.user).values_list("pinned_rank", flat=True))
    if len(ranks) >= limits.PINNED_CHATS:
        raise Conflict("too_many_pinned", _("Unpin a chat first."), limit=limits.PINNED_CHATS)
    highest = max(ranks, default=0)
    # Behind the others. Gaps do no harm, so no other row has to change.
    membership.pinned_rank = highest + 1 if highest < _MAX_RANK else min(set(range(1, len(ranks) + 2)) - ranks)
    membership.is_archived = False


def _pinned(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user, state=Membership.State.ACTIVE, pinned_rank__gt=0)


def order_pinned(*, by: User, chat_ids: Sequence[int]) -> list[Membership]:
    """The pinned chats in this order. Invalid("not_the_pinned") unless they are exactly those that are pinned."""
    with transaction.atomic():
        rows = Membership.objects.select_for_update(of=("self",)).select_related("chat").order_by("pk")
        pinned = {membership.chat_id: membership for membership in rows.filter(pk__in=_pinned(by).values("pk"))}
        lock_facts(by)
        if len(chat_ids) != len(pinned) or set(chat_ids) != pinned.keys():
            raise Invalid("not_the_pinned", _("These are not your pinned chats."), chats=sorted(pinned))
        moved = []
        for rank, chat_id in enumerate(chat_ids, 1):
            pinned[chat_id].user = by
            if pinned[chat_id].pinned_rank != rank:
                pinned[chat_id].pinned_rank = rank
                moved.append(pinned[chat_id])
        touch_facts(moved, "pinned_rank")
    return [pinned[chat_id] for chat_id in chat_ids]


# --- drafts -------------------------------------------------------------------------------------


def save_draft(*, by: User, chat_id: int, text: str, reply_to: int | None = None) -> Membership:
    """What stands unsent in the composer, for one's other devices. Blank and no reply: no draft."""
    with transaction.atomic():
        membership = locked(by, chat_id)
        if reply_to is not None and not membership.joined_seq < reply_to <= membership.chat.last_seq:
            raise Invalid("reply_not_found", _("The message you reply to is gone."), field="reply_to")
        if not text.strip():
            text = ""
        if (text, reply_to) != (membership.draft_text, membership.draft_reply_to):
            membership.draft_text, membership.draft_reply_to = text, reply_to
            membership.draft_at = timezone.now() if text or reply_to is not None else None
            touch_facts([membership], "draft_text", "draft_reply_to", "draft_at")
    return membership


# --- a chat's folders ---------------------------------------------------------------------------


def _set_folders(membership: Membership, folder_ids: Sequence[int]) -> bool:
    """Put the chat into exactly these folders; was it elsewhere before?"""
    wanted = set(folder_ids)
    own = set(Folder.objects.filter(owner=membership.user, pk__in=wanted).values_list("pk", flat=True))
    if unknown := sorted(wanted - own):
        raise Invalid("unknown_folder", _("There is no such folder."), field="folders", folders=unknown)
    entries = FolderEntry.objects.filter(membership=membership)
    present = set(entries.values_list("folder_id", flat=True))
    entries.filter(folder_id__in=present - wanted).delete()
    for folder_id in wanted - present:
        if FolderEntry.objects.filter(folder_id=folder_id).count() >= limits.CHATS_PER_FOLDER:
            raise Conflict("folder_full", limit=limits.CHATS_PER_FOLDER)
        FolderEntry.objects.create(folder_id=folder_id, membership=membership)
    return wanted != present
