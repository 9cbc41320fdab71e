"""What a deleted account leaves behind in its chats: nobody in them, the messages as the person wished."""

from accounts.models import User
from messenger.actions.change import ChatChange, changing
from messenger.actions.deleting import erase_messages
from messenger.actions.dissolving import dissolve
from messenger.actions.members import expel
from messenger.actions.standing import touch_facts, touch_member
from messenger.models import Chat, HiddenMessage, Membership, Message

_BATCH = 100  # messages erased in one transaction: others write to the chat meanwhile


def depart(user: User, delete_messages: bool) -> None:
    """Leave every chat, each in a transaction of its own. Safe to run twice, and to stop in between.

    Direct chats and order threads stay with the other person, who can no longer write in the former
    (accounts/access.py).
    """
    HiddenMessage.objects.filter(user=user).delete()
    user.folders.all().delete()
    for chat_id, kind in _chats_of(user):
        if delete_messages or kind == Chat.Kind.SAVED:
            _erase_own(user, chat_id)
        if kind not in (Chat.Kind.DIRECT, Chat.Kind.ORDER):
            _leave(user, chat_id)
    if delete_messages:
        left = Message.objects.filter(sender=user, deleted_at=None, chat__deleted_at=None)
        for chat_id in list(left.values_list("chat_id", flat=True).distinct()):
            _erase_own(user, chat_id)


def _chats_of(user: User) -> list[tuple[int, str]]:
    active = Membership.objects.filter(user=user, state=Membership.State.ACTIVE, chat__deleted_at=None)
    return list(active.order_by("chat_id").values_list("chat_id", "chat__kind"))


def _erase_own(user: User, chat_id: int) -> None:
    own = Message.objects.filter(chat=chat_id, sender=user, deleted_at=None).exclude(kind=Message.Kind.SERVICE)
    while own.exists():
        with changing(chat_id) as change:
            erase_messages(change, list(own.select_related("sender").order_by("seq")[:_BATCH]))


def _leave(user: User, chat_id: int) -> None:
    with changing(chat_id) as change:
        membership = Membership.objects.filter(chat=chat_id, user=user, state=Membership.State.ACTIVE).first()
        if membership is None:
            return
        membership.user = user
        successor = _successor(change, membership) if membership.role == Membership.Role.OWNER else None
        if change.chat.kind == Chat.Kind.SAVED or (membership.role == Membership.Role.OWNER and successor is None):
            dissolve(change)
            return
        expel(change, membership, Membership.State.LEFT)
        if not change.chat.is_broadcast:
            change.add_service(user, "member.left")
        if successor is not None:
            successor.role, successor.rights = Membership.Role.OWNER, 0
            touch_member(change, successor, "role", "rights")
            touch_facts([successor])


def _successor(change: ChatChange, owner: Membership) -> Membership | None:
    """The admin, else the member, who has been there longest."""
    others = Membership.objects.filter(chat=change.chat, state=Membership.State.ACTIVE, user__is_active=True)
    others = others.exclude(pk=owner.pk).select_related("user").order_by("joined_at", "pk")
    found = others.filter(role=Membership.Role.ADMIN).first() or others.first()
    if found is not None:
        found.chat = change.chat
    return found
