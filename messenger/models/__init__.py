from messenger.models.attachment import Attachment, MessageAttachment, Upload
from messenger.models.chat import Chat, Invite, JoinRequest
from messenger.models.membership import Folder, FolderEntry, Membership, Right
from messenger.models.message import HiddenMessage, LinkPreview, Mention, Message, Reaction

__all__ = [
    "Attachment", "Chat", "Folder", "FolderEntry", "HiddenMessage", "Invite", "JoinRequest", "LinkPreview",
    "Membership", "Mention", "Message", "MessageAttachment", "Reaction", "Right", "Upload",
]  # fmt: skip
