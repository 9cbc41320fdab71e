"""Files: the upload while it runs, the attachment it becomes, and the messages that show it."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from messenger.models.message import Message


class Attachment(models.Model):
    """An immutable file. Messages point at it, so forwarding copies no bytes; the last one gone, it is swept."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        VIDEO = "video", _("Video")
        VOICE = "voice", _("Voice note")
        AUDIO = "audio", _("Audio")
        FILE = "file", _("File")

    class State(models.TextChoices):
        PROCESSING = "processing", _("Processing")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")  # still downloadable, as a file

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="attachments")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROCESSING)
    file = models.FileField(upload_to="files", max_length=160)
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)  # judged by content, never what the client said
    size = models.BigIntegerField()  # bytes
    width = models.PositiveIntegerField(default=0)  # pixels
    height = models.PositiveIntegerField(default=0)
    duration_ms = models.PositiveIntegerField(default=0)
    waveform = models.JSONField(default=list, blank=True)  # up to 64 peaks, 0..31
    # {"small": {"key", "width", "height", "size"}, …}: renditions made by the worker, by storage key
    sizes = models.JSONField(default=dict, blank=True)
    thumb = models.TextField(blank=True, default="")  # a data: address of at most 800 bytes, shown while the rest loads
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="attachment_by_age")]


class MessageAttachment(models.Model):
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachment_links")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="message_links")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "attachment"], name="attached_once")]
        ordering = ["position"]


class Upload(models.Model):
    """A resumable upload: bytes arrive in order, in chunks; `received` is how many are safe."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    wanted_kind = models.CharField(max_length=5, choices=Attachment.Kind.choices, default=Attachment.Kind.FILE)
    meta = models.JSONField(default=dict, blank=True)  # duration_ms and waveform of a voice note
    attachment = models.OneToOneField(Attachment, null=True, on_delete=models.CASCADE, related_name="upload")
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(auto_now=True)
