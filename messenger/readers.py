"""Who has read a message."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Forbidden
from messenger.models import Membership, Message


def readers_of(message: Message) -> list[User]:
    """Members other than the sender whose read mark has reached it, by name. Needs `chat` loaded; one query.

    Raises Forbidden("readers_unknown"): channels and groups of more than 200 do not tell.
    """
    chat = message.chat
    if not chat.tells_readers or chat.member_count > limits.READERS_UP_TO:
        raise Forbidden("readers_unknown", _("Nobody is told here who has read."), limit=limits.READERS_UP_TO)
    read = Membership.objects.filter(
        chat=chat, state=Membership.State.ACTIVE, read_seq__gte=message.seq, joined_seq__lt=message.seq
    )
    others = read.exclude(user=message.sender_id) if message.sender_id else read
    return [membership.user for membership in others.select_related("user").order_by("user__name", "user")]
