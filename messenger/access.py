"""May this user? Fetch and check in one: the object comes back, or the error that the outsider shall see."""

from accounts.models import User
from core.errors import Forbidden, Gone, NotFound
from messenger.models import Chat, HiddenMessage, Membership, Message, Right

_MAX_ID = 2**63 - 1


def _checked(value: int) -> int:
    """An id as it came from outside; beyond 64 bits no database would even look."""
    if not 0 < value <= _MAX_ID:
        raise NotFound()
    return value


def membership_for_reading(by: User, chat_id: int) -> Membership:
    """The membership, its `chat` loaded. NotFound unless `by` is an active member of a chat that is there."""
    membership = (
        Membership.objects.select_related("chat")
        .filter(chat_id=_checked(chat_id), user=by, state=Membership.State.ACTIVE, chat__deleted_at=None)
        .first()
    )
    if membership is None:
        raise NotFound()
    return membership


def require_right(membership: Membership, right: Right) -> None:
    """Forbidden("right_needed") with the right's name in `right`."""
    if not membership.may(right):
        raise Forbidden("right_needed", right=(right.name or "").lower())


def membership_with_right(by: User, chat_id: int, right: Right) -> Membership:
    membership = membership_for_reading(by, chat_id)
    require_right(membership, right)
    return membership


def chat_for_preview(by: User, handle: str) -> Chat:
    """A public group or channel by its handle. Those who are banned from it learn nothing."""
    chat = Chat.objects.filter(handle=handle.lower(), deleted_at=None).first()
    if chat is None or Membership.objects.filter(chat=chat, user=by, state=Membership.State.BANNED).exists():
        raise NotFound()
    return chat


def message_for_reading(membership: Membership, seq: int) -> Message:
    """NotFound for what the member may not see; Gone("message_deleted") for a tombstone."""
    if seq <= membership.joined_seq:
        raise NotFound()
    message = (
        Message.objects.select_related("sender", "preview")
        .filter(chat_id=membership.chat_id, seq=_checked(seq))
        .first()
    )
    if message is None or HiddenMessage.objects.filter(user_id=membership.user_id, message=message).exists():
        raise NotFound()
    if message.is_deleted:
        raise Gone("message_deleted")
    message.chat = membership.chat
    return message
