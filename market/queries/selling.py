"""What the forms of sellers choose from."""

from accounts.models import User
from messenger.models import Chat, Membership, Right


def class_chats(by: User) -> list[Chat]:
    """Groups and channels that this person may add people to: what a course can let in to. One query."""
    rows = Membership.objects.filter(
        user=by,
        state=Membership.State.ACTIVE,
        role__in=(Membership.Role.OWNER, Membership.Role.ADMIN),
        chat__kind__in=(Chat.Kind.GROUP, Chat.Kind.CHANNEL),
        chat__deleted_at=None,
    )
    found = rows.select_related("chat").order_by("chat__title", "chat_id")[:100]
    return [row.chat for row in found if row.may(Right.INVITE)]
