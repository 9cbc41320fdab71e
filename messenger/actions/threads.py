"""Order threads: private chats that an app makes for the people of one matter. Nobody comes or goes by themselves."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from messenger.actions.change import changing
from messenger.actions.chats import DEFAULT_RIGHTS, insert_member
from messenger.actions.members import admit, expel
from messenger.actions.standing import count_members, say, tell_added
from messenger.models import Chat, Membership


def open_thread(*, key: str, title: str, people: Sequence[User]) -> Chat:
    """The thread of this matter ("order:12"), made if it is not there. Race-safe by the unique key.

    Everybody sees it at once. Who is in a thread that is there already does not change: see add_to_thread().
    """
    with transaction.atomic():
        chat, is_new = Chat.objects.get_or_create(
            pair_key=key,
            defaults={
                "kind": Chat.Kind.ORDER,
                "title": title[:128],
                "default_rights": int(DEFAULT_RIGHTS[Chat.Kind.ORDER]),
                "member_count": len(people),
            },
        )
        if is_new:
            with changing(chat.pk) as change:
                change.next_modseq()
                tell_added(change, [insert_member(change, user, Membership.Role.MEMBER) for user in people])
                chat = change.chat
    return chat


def add_to_thread(chat_id: int, user: User) -> Membership:
    """A moderator comes in, reads all that was said, and everybody sees it. Twice changes nothing."""
    with changing(chat_id) as change:
        membership = Membership.objects.filter(chat=change.chat, user=user).first() or Membership(user=user)
        membership.chat, membership.user = change.chat, user
        if membership.pk is None or not membership.is_active:
            admit(change, membership, hidden_up_to=0, read_seq=0)
            say(change, user, "moderator.joined")
            count_members(change, 1)
            tell_added(change, [membership])
    return membership


def remove_from_thread(chat_id: int, user: User) -> None:
    """The moderator is done. Twice changes nothing."""
    with changing(chat_id) as change:
        membership = Membership.objects.filter(chat=change.chat, user=user, state=Membership.State.ACTIVE).first()
        if membership is not None:
            membership.chat, membership.user = change.chat, user
            change.add_service(user, "moderator.left")
            expel(change, membership, Membership.State.LEFT)
