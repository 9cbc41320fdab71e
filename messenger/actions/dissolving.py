"""The end of a group or channel."""

from django.utils import timezone

from core.images import remove_photo
from messenger.actions.change import ChatChange
from messenger.actions.standing import tell_removed
from messenger.models import Chat, FolderEntry, Invite, JoinRequest, Membership


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
