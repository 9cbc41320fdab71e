"""Messages and chats can be reported: how they are found, kept as evidence, and taken away."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Invalid, NotFound
from messenger.access import membership_for_reading, message_for_reading
from messenger.actions.change import changing
from messenger.actions.deleting import erase_messages
from messenger.actions.dissolving import dissolve
from messenger.models import Chat, Membership, Message
from messenger.serializers import chat_json, message_json
from moderation.targets import Target

_LABEL_CHARS = 120


class ReportableMessage:
    kind: ClassVar[str] = "message"
    can_remove: ClassVar[bool] = True

    def fetch_for_reporting(self, by: User, data: dict[str, Any]) -> Target:
        """Only that one message is kept, never what stands around it."""
        if "chat" not in data or "seq" not in data:
            raise Invalid("message_needed", field="seq")
        membership = membership_for_reading(by, data["chat"])
        message = message_for_reading(membership, data["seq"])
        if message.kind == Message.Kind.SERVICE or message.sender is None:
            raise Invalid("cannot_report", _("This cannot be reported."))
        kept = message_json(message)
        evidence = {"message": kept, "chat": chat_json(membership.chat)}
        text = " ".join(message.text.split()) or ", ".join(one["name"] for one in kept["attachments"])
        text = text or str((message.card_snapshot or {}).get("title", ""))
        return Target(id=message.pk, subject=message.sender, evidence=evidence, label=text[:_LABEL_CHARS])

    def remove(self, by: User, target_id: int) -> None:
        found = Message.objects.filter(pk=target_id, chat__deleted_at=None).values_list("chat_id", flat=True).first()
        if found is None:
            return
        with changing(found) as change:
            message = Message.objects.select_related("sender").get(pk=target_id)
            if not message.is_deleted:
                erase_messages(change, [message])


class ReportableChat:
    kind: ClassVar[str] = "chat"
    can_remove: ClassVar[bool] = True

    def fetch_for_reporting(self, by: User, data: dict[str, Any]) -> Target:
        """A group or channel one is in, or a public one. The person behind it is its owner."""
        if "chat" not in data:
            raise Invalid("chat_needed", field="chat")
        chat = Chat.objects.filter(pk=data["chat"], deleted_at=None, handle__isnull=False).first()
        is_banned = Membership.objects.filter(chat=data["chat"], user=by, state=Membership.State.BANNED).exists()
        if chat is None or is_banned:
            chat = membership_for_reading(by, data["chat"]).chat
        if chat.kind not in (Chat.Kind.GROUP, Chat.Kind.CHANNEL):
            raise NotFound()
        owner = Membership.objects.filter(chat=chat, role=Membership.Role.OWNER).select_related("user").first()
        evidence = {"chat": chat_json(chat)}
        return Target(id=chat.pk, subject=owner.user if owner else None, evidence=evidence, label=chat.title)

    def remove(self, by: User, target_id: int) -> None:
        """Closed for everybody, as its owner could."""
        if Chat.objects.filter(pk=target_id, deleted_at=None).exists():
            with changing(target_id) as change:
                dissolve(change)
