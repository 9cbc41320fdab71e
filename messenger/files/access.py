"""Who may fetch which file: its uploader until it is sent, afterwards whoever may read a message that shows it.

And moderators, while such a message is reported. A higher app that shows files elsewhere says who may read them there.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from core.errors import NotFound
from messenger.files.evidence import is_reviewed_by
from messenger.models import Attachment, Chat, HiddenMessage, Invite, LinkPreview, Membership, Message

Viewer = User | AnonymousUser
_elsewhere: list[Callable[[User, UUID], bool]] = []


def allow_elsewhere(may_read: Callable[[User, UUID], bool]) -> None:
    """Called from an app's registrations: may this person read the file where that app shows it?"""
    _elsewhere.append(may_read)


def readable_by(messages: QuerySet[Message], by: User) -> QuerySet[Message]:
    """Those of the messages that this person may read now: a member, since before it was written, not deleted."""
    standing = Membership.objects.filter(
        chat=OuterRef("chat"), user=by, state=Membership.State.ACTIVE, joined_seq__lt=OuterRef("seq")
    )
    hidden = HiddenMessage.objects.filter(user=by, message=OuterRef("pk"))
    return messages.filter(Exists(standing), ~Exists(hidden), deleted_at=None, chat__deleted_at=None)


def attachment_for_reading(by: User, attachment_id: UUID) -> Attachment:
    attachment = Attachment.objects.filter(pk=attachment_id).first()
    if attachment is None:
        raise NotFound()
    shown = Message.objects.filter(attachment_links__attachment=attachment)
    if readable_by(shown, by).exists():
        return attachment
    if attachment.owner_id == by.pk and not shown.exists():
        return attachment
    if is_reviewed_by(by, attachment_id) or any(may_read(by, attachment_id) for may_read in _elsewhere):
        return attachment
    raise NotFound()


def preview_for_reading(by: User, name: str) -> LinkPreview:
    """By the image's key: whoever may read a message that shows the preview."""
    preview = LinkPreview.objects.filter(image=name).first() if name else None
    if preview is None:
        raise NotFound()
    shown = Message.objects.filter(preview=preview, has_preview_removed=False)
    if not readable_by(shown, by).exists():
        raise NotFound()
    return preview


def chat_with_photo_for_viewing(by: Viewer, name: str, invite_token: str = "") -> Chat:
    """By the photo's key: members, everybody when the chat is public, and who holds an open invite link to it."""
    chat = Chat.objects.filter(photo=name, deleted_at=None).first() if name else None
    if chat is None:
        raise NotFound()
    state = None
    if by.is_authenticated:
        state = Membership.objects.filter(chat=chat, user=by.pk).values_list("state", flat=True).first()
    if state == Membership.State.ACTIVE:
        return chat
    if state != Membership.State.BANNED and (chat.handle or (invite_token and _is_invited(chat, invite_token))):
        return chat
    raise NotFound()


def _is_invited(chat: Chat, token: str) -> bool:
    return Invite.objects.open().filter(chat=chat, token=token).exists()
