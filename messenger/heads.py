"""Rows of the chat list: what one glance at a chat needs, for any number of chats and people at once."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from accounts.serializers import user_json
from core.limits import READERS_UP_TO
from messenger.models import Chat, FolderEntry, HiddenMessage, Membership, Mention, Message
from messenger.serializers import chat_json, messages_json, my_json
from messenger.shapes import HeadJSON, MessageJSON, MyJSON


def listed_memberships(by: User) -> QuerySet[Membership]:
    """The chats in a person's list. A direct chat shows up for the other side with its first message."""
    return (
        Membership.objects.filter(user=by, state=Membership.State.ACTIVE, chat__deleted_at=None)
        .exclude(Q(chat__kind=Chat.Kind.DIRECT, chat__last_seq=0) & ~Q(chat__created_by=by))
        .select_related("chat")
    )


def heads_json(by: User, memberships: Sequence[Membership]) -> list[HeadJSON]:
    """Rows of one person's chat list, in the order given; `chat` must be loaded."""
    return heads_of(memberships)


def head_json(by: User, membership: Membership) -> HeadJSON:
    return heads_of([membership])[0]


def heads_of(memberships: Sequence[Membership]) -> list[HeadJSON]:
    """The head of each membership as its person sees it, in the order given; `chat` must be loaded.

    Whose memberships they are does not matter: a thousand people who come back at once are asked about together.
    """
    if not memberships:
        return []
    last = _last_messages(memberships)
    peers = _peers(memberships)
    others = _others_marks(memberships)
    mentions = _mention_counts({one.user_id for one in memberships}, {one.chat_id for one in memberships})
    folders = _folders(memberships)
    return [
        {
            "chat": chat_json(membership.chat),
            "my": my_json(
                membership,
                mention_count=mentions.get((membership.user_id, membership.chat_id), 0),
                folders=folders.get(membership.pk, ()),
            ),
            "peer": user_json(peers[membership.pk]) if membership.pk in peers else None,
            "last_message": last.get(membership.pk),
            "others_read_seq": others.get(membership.pk, (0, 0))[0],
            "others_delivered_seq": others.get(membership.pk, (0, 0))[1],
        }
        for membership in memberships
    ]


def my_json_now(membership: Membership) -> MyJSON:
    """My standing with its counts; three queries."""
    mentions = mention_counts(membership.user, [membership.chat_id])
    folders = _folders([membership])
    return my_json(
        membership,
        mention_count=mentions.get(membership.chat_id, 0),
        folders=folders.get(membership.pk, ()),
    )


def _last_messages(memberships: Sequence[Membership]) -> dict[int, MessageJSON]:
    """By membership. What somebody deleted for themselves, or may not see, is not their last message."""
    chat_ids = {membership.chat_id for membership in memberships}
    newest = {message.chat_id: message for message in _newest(chat_ids)}
    hidden = set(
        HiddenMessage.objects.filter(
            user__in={one.user_id for one in memberships}, message__in=[one.pk for one in newest.values()]
        ).values_list("user_id", "message_id")
    )
    shown: dict[int, Message] = {}
    for membership in memberships:
        message = newest.get(membership.chat_id)
        if message is not None and (membership.user_id, message.pk) in hidden:  # rare: the one before it, one by one
            visible = visible_messages(membership.user, membership.chat_id, membership.joined_seq)
            message = visible.filter(seq__lt=message.seq).order_by("-seq").first()
        if message is not None and message.seq > membership.joined_seq:
            shown[membership.pk] = message
    messages = list({message.pk: message for message in shown.values()}.values())
    data = {message["id"]: message for message in (messages_json(messages) if messages else [])}
    return {membership_id: data[message.pk] for membership_id, message in shown.items()}


def _newest(chat_ids: set[int]) -> QuerySet[Message]:
    return Message.objects.filter(chat__in=chat_ids, seq=F("chat__last_seq")).select_related("sender")


def _peers(memberships: Sequence[Membership]) -> dict[int, User]:
    direct = {membership.chat_id for membership in memberships if membership.chat.is_direct}
    if not direct:
        return {}
    sides = Membership.objects.filter(chat__in=direct).select_related("user")
    by_chat: dict[int, list[User]] = defaultdict(list)
    for side in sides:
        by_chat[side.chat_id].append(side.user)
    return {
        membership.pk: user
        for membership in memberships
        for user in by_chat.get(membership.chat_id, ())
        if user.pk != membership.user_id
    }


def _others_marks(memberships: Sequence[Membership]) -> dict[int, tuple[int, int]]:
    """By membership: the furthest that anyone else has read, and has on a device."""
    wanted = [
        membership.pk
        for membership in memberships
        if membership.chat.tells_readers and membership.chat.member_count <= READERS_UP_TO
    ]
    if not wanted:
        return {}
    others = (
        Membership.objects.filter(chat=OuterRef("chat"), state=Membership.State.ACTIVE)
        .exclude(user=OuterRef("user"))
        .order_by()
        .values("chat")
    )
    rows = Membership.objects.filter(pk__in=wanted).values_list(
        "pk",
        Subquery(others.annotate(furthest=Max("read_seq")).values("furthest")),
        Subquery(others.annotate(furthest=Max("delivered_seq")).values("furthest")),
    )
    return {pk: (read or 0, max(read or 0, delivered or 0)) for pk, read, delivered in rows}


def mention_counts(by: User, chat_ids: Sequence[int]) -> dict[int, int]:
    """Unread mentions per chat, counted from the rows."""
    return {chat: count for (_user, chat), count in _mention_counts({by.pk}, set(chat_ids)).items()}


def _mention_counts(user_ids: set[int], chat_ids: set[int]) -> dict[tuple[int, int], int]:
    own_mark = Membership.objects.filter(chat=OuterRef("chat"), user=OuterRef("user"), read_seq__lt=OuterRef("seq"))
    rows = Mention.objects.filter(Exists(own_mark), user__in=user_ids, chat__in=chat_ids)
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for key in rows.values_list("user_id", "chat_id"):
        counts[key] += 1
    return counts


def _folders(memberships: Sequence[Membership]) -> dict[int, list[int]]:
    folders: dict[int, list[int]] = defaultdict(list)
    entries = FolderEntry.objects.filter(membership__in=[membership.pk for membership in memberships])
    for membership_id, folder_id in entries.order_by("folder_id").values_list("membership_id", "folder_id"):
        folders[membership_id].append(folder_id)
    return folders


def visible_messages(by: User, chat_id: int, joined_seq: int) -> QuerySet[Message]:
    """Messages of a chat without those this person has deleted for themselves. Tombstones are in it."""
    hidden = HiddenMessage.objects.filter(user=by, chat=chat_id, seq=OuterRef("seq"))
    return Message.objects.filter(~Exists(hidden), chat=chat_id, seq__gt=joined_seq)
