"""What happens in chats, as told to those who may know. See core/events.py."""

from core.events import Event


class MessageCreated(Event):
    """A new message. data: Message."""

    name = "message.created"


class MessageChanged(Event):
    """Edited, deleted, reacted to, pinned, preview or picture ready: the whole message again. data: Message."""

    name = "message.changed"


class ChatChanged(Event):
    """Title, photo, rights, slow mode … changed. data: Chat."""

    name = "chat.changed"


class ChatAdded(Event):
    """You are in a chat now (created, joined, added, a first direct message). data: Head. To the new members."""

    name = "chat.added"


class ChatRemoved(Event):
    """You are no longer in a chat. data: {"chat", "state"}. To the one who left; the hub forgets them at once."""

    name = "chat.removed"


class MemberChanged(Event):
    """Someone came, went, or has another role. data: Member."""

    name = "member.changed"


class ChatHead(Event):
    """For chats of over 1,000 members that are not open: how far the chat is. data: {"modseq", "last_seq"?}."""

    name = "chat.head"


class ChatRead(Event):
    """Someone has read up to here. data: {"user", "read_seq"}."""

    name = "chat.read"
    droppable = True


class ChatDelivered(Event):
    """A device of someone has everything up to here. data: {"user", "delivered_seq"}."""

    name = "chat.delivered"
    droppable = True


class Typing(Event):
    """Someone is typing, recording or uploading. data: {"user", "name", "action"}; forget it after 6 s."""

    name = "typing"
    droppable = True
    only_open = True


class MyChanged(Event):
    """How a person keeps a chat changed on another device: read mark, draft, mute, pin. data: {"chat", "my": My}."""

    name = "my.changed"


class MessageHidden(Event):
    """Deleted for me on another device. data: {"chat", "seqs"}."""

    name = "message.hidden"


class FoldersChanged(Event):
    """Folders were made, renamed, reordered or removed. data: {"folders": [Folder]}."""

    name = "folders.changed"


class JoinRequestsChanged(Event):
    """Someone asks to be let in, or was answered. data: {"chat", "count"}: how many wait. To those who decide."""

    name = "join_requests.changed"
