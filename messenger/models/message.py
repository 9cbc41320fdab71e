"""The message, and what others attach to it: reactions, mentions, a link preview."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from messenger.models.chat import Chat


class LinkPreview(models.Model):
    """What a linked page says about itself; fetched once for all who link to it."""

    url = models.CharField(max_length=2000)
    url_hash = models.CharField(max_length=64, unique=True)  # sha256 of url, hex
    title = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=400, blank=True)
    site_name = models.CharField(max_length=100, blank=True)
    image = models.FileField(upload_to="previews", blank=True, max_length=120, db_index=True)
    image_width = models.PositiveIntegerField(default=0)
    image_height = models.PositiveIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)  # by the worker that is fetching it now


class Message(models.Model):
    class Kind(models.TextChoices):
        TEXT = "text", _("Message")  # with or without attachments
        SERVICE = "service", _("Service message")  # "alice added bob": see `service`
        CARD = "card", _("Card")  # something of another app, shown by core/cards.py

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="messages")
    seq = models.BigIntegerField()
    modseq = models.BigIntegerField()  # of the last change to this message
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.TEXT)
    sender = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="messages", db_index=False)
    client_id = models.UUIDField(null=True)
    # sha256 of what the client asked for: a second send of one client_id must ask for the same.
    request_hash = models.CharField(max_length=64, blank=True, default="")
    text = models.TextField(blank=True, default="")
    entities = models.JSONField(default=list, blank=True)  # see messenger/text.py; offsets in UTF-16 units
    # {"seq", "sender", "name", "excerpt", "quote", "kind"}: a frozen excerpt, so that a reply needs no second query.
    reply = models.JSONField(null=True, blank=True)
    reply_seq = models.BigIntegerField(null=True)  # what it replies to, so that a deletion finds those who quote it
    forward = models.JSONField(null=True, blank=True)  # {"name", "user", "chat", "chat_title", "seq", "at"}
    service = models.JSONField(null=True, blank=True)  # {"type": "members.added", …}
    card_kind = models.CharField(max_length=16, blank=True, default="")
    card_id = models.BigIntegerField(null=True)
    card_snapshot = models.JSONField(null=True, blank=True)
    preview = models.ForeignKey(LinkPreview, null=True, on_delete=models.SET_NULL, related_name="messages")
    has_preview_removed = models.BooleanField(default=False)
    is_silent = models.BooleanField(default=False)
    pinned_at = models.DateTimeField(null=True)
    pinned_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)  # a tombstone: the row keeps its seq, its content is gone

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chat", "seq"], name="message_seq_once"),
            models.UniqueConstraint(fields=["sender", "client_id"], name="message_client_id_once"),
            # Cards of the service itself: NULL senders are never equal, so theirs is unique in the chat.
            models.UniqueConstraint(
                fields=["chat", "client_id"],
                condition=models.Q(sender__isnull=True, client_id__isnull=False, kind="card"),
                name="message_service_card_once",
            ),
        ]
        indexes = [
            models.Index(fields=["chat", "modseq"], name="message_changes"),
            models.Index(
                fields=["chat", "reply_seq"], condition=models.Q(reply_seq__isnull=False), name="message_replies"
            ),
            models.Index(
                fields=["chat", "-pinned_at"], condition=models.Q(pinned_at__isnull=False), name="message_pinned"
            ),
            models.Index(fields=["card_kind", "card_id"], condition=~models.Q(card_kind=""), name="message_cards"),
        ]

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class Reaction(models.Model):
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user", "emoji"], name="reaction_once")]


class Mention(models.Model):
    """A person named in a message. Unread mentions are counted from here: seq > read_seq."""

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="mention_once")]
        indexes = [models.Index(fields=["user", "chat", "seq"], name="mention_of_user")]


class HiddenMessage(models.Model):
    """Deleted for me: a private fact of one person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    fact_seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="hidden_once")]
        indexes = [
            models.Index(fields=["user", "chat", "seq"], name="hidden_of_user"),
            models.Index(fields=["user", "fact_seq"], name="hidden_facts"),
        ]
