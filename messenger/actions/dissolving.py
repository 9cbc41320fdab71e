"""The end of a group or channel, and a month later of all that was said in it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.images import remove_photo
from messenger import search
from messenger.actions.change import ChatChange
from messenger.actions.standing import tell_removed
from messenger.files import stored
from messenger.models import Chat, FolderEntry, Invite, JoinRequest, Membership, Message, MessageAttachment

KEPT_FOR = timedelta(days=30)  # for moderators, and for those who deleted by mistake and ask the operators
_BATCH = 500  # messages in one transaction


def dissolve(change: ChatChange) -> None:
    """Close the chat for everybody: no socket hears of it, no way leads in, its handle is free. The rows stay.

    Roles stay too, so that moderators can still see whose chat it was.
    """
    chat, now = change.chat, timezone.now()
    active = Membership.objects.filter(chat=chat, state=Membership.State.ACTIVE)
    tell_removed(change, list(active.values_list("user_id", flat=True)), Membership.State.REMOVED)
    FolderEntry.objects.filter(membership__chat=chat).delete()
    active.update(state=Membership.State.REMOVED, modseq=change.next_modseq(), changed_at=now, pinned_rank=0)
    Invite.objects.filter(chat=chat, revoked_at=None).update(revoked_at=now)
    JoinRequest.objects.filter(chat=chat).delete()
    if chat.photo:
        remove_photo(chat.photo)
    chat.deleted_at, chat.handle, chat.member_count = now, None, 0
    Chat.objects.filter(pk=chat.pk).update(deleted_at=now, handle=None, member_count=0, photo="")


def purge_dissolved(*, before: datetime) -> int:
    """Delete the messages, files and drafts of the chats that were closed before then; answers how many messages.

    The rows of the chat and of its members stay, empty: a device that was away still has to learn that it is gone.
    """
    count = 0
    said = Message.objects.filter(chat=OuterRef("pk"))
    for chat_id in Chat.objects.filter(Exists(said), deleted_at__lt=before).values_list("pk", flat=True):
        while batch := list(Message.objects.filter(chat=chat_id).values_list("pk", flat=True)[:_BATCH]):
            _purge(batch)
            count += len(batch)
        Membership.objects.filter(chat=chat_id).update(draft_text="", draft_reply_to=None, draft_at=None)
        Chat.objects.filter(pk=chat_id).update(description="")
    return count


def _purge(message_ids: list[int]) -> None:
    """Files that another chat shows, or an open report needs, stay."""
    with transaction.atomic():
        files = list(MessageAttachment.objects.filter(message__in=message_ids).values_list("attachment", flat=True))
        search.forget_messages(message_ids)
        Message.objects.filter(pk__in=message_ids).delete()
    stored.discard(files)
