"""The call, who it concerns, and the devices that are in it. The server decides; clients only ask."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from messenger.models import Chat


class CallQuerySet(models.QuerySet["Call"]):
    def running(self) -> "CallQuerySet":
        return self.exclude(state=Call.State.ENDED)


class Call(models.Model):
    class Kind(models.TextChoices):
        AUDIO = "audio", _("Audio call")
        VIDEO = "video", _("Video call")

    class State(models.TextChoices):
        RINGING = "ringing", _("Ringing")
        ACTIVE = "active", _("Running")
        ENDED = "ended", _("Ended")

    class Backend(models.TextChoices):
        """Who carries sound and picture: the two devices, every pair of a few, or a media server for many."""

        DIRECT = "direct", _("Device to device")
        MESH = "mesh", _("Each to each")
        JANUS = "janus", _("Media server")

    class Reason(models.TextChoices):
        HUNG_UP = "hung_up", _("Hung up")
        DECLINED = "declined", _("Declined")
        CANCELLED = "cancelled", _("Cancelled")
        MISSED = "missed", _("Missed")
        BUSY = "busy", _("Busy")
        LOST = "lost", _("Connection lost")

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="calls")
    # "3:17" between two people, "chat:12" in a group: of each only one runs at a time.
    pair_key = models.CharField(max_length=41, editable=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    state = models.CharField(max_length=7, choices=State.choices)
    backend = models.CharField(max_length=6, choices=Backend.choices)
    room = models.CharField(max_length=40, blank=True, default="")  # the media server's, when there is one
    caller = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    # Rings for the caller only: the other side has blocked them, and nobody will answer.
    is_unheard = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    rang_at = models.DateTimeField(null=True)  # a device of the other side said that it rings
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=9, choices=Reason.choices, blank=True, default="")

    # The JSON of this very object as an act has just told it: who acted need not have everything read again.
    told: Any = None

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [
            models.UniqueConstraint(
                fields=["pair_key"], condition=~models.Q(state="ended"), name="call_one_running_per_pair"
            ),
            models.CheckConstraint(
                condition=models.Q(state="ended", ended_at__isnull=False) & ~models.Q(reason="")
                | ~models.Q(state="ended") & models.Q(ended_at=None, reason=""),
                name="call_end_has_time_and_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "created_at"], condition=~models.Q(state="ended"), name="call_running"),
            models.Index(fields=["chat", "-id"], name="call_of_chat"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_group(self) -> bool:
        return self.backend != self.Backend.DIRECT

    @property
    def is_running(self) -> bool:
        return self.state != self.State.ENDED

    @property
    def rings_until(self) -> datetime:
        return self.created_at + timedelta(seconds=limits.RING_SECONDS)

    @property
    def duration_seconds(self) -> int:
        """How long people could talk; 0 for a call that nobody answered."""
        if self.answered_at is None:
            return 0
        return max(0, int(((self.ended_at or timezone.now()) - self.answered_at).total_seconds()))


class CallParty(models.Model):
    """A person whom a call concerns: the line in their call log. In a group: whoever was in it."""

    class Role(models.TextChoices):
        CALLER = "caller", _("Caller")
        CALLEE = "callee", _("Called")
        GUEST = "guest", _("Guest")  # let in from the lobby, not a member of the chat

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="parties")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=6, choices=Role.choices)
    was_in = models.BooleanField(default=False)  # did they ever join?
    seen_at = models.DateTimeField(null=True)  # a missed call counts as news until then
    removed_at = models.DateTimeField(null=True)  # from their own log

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "user"], name="call_party_once")]
        indexes = [models.Index(fields=["user", "-call"], name="call_log")]


class CallLeg(models.Model):
    """A device that is, or was, in a call. `device` is made by the client, one per running app or tab."""

    class End(models.TextChoices):
        LEFT = "left", _("Left")
        MOVED = "moved", _("Went on from another device")
        LOST = "lost", _("Connection lost")
        REMOVED = "removed", _("Removed")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="legs")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    device = models.UUIDField()
    joined_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=7, choices=End.choices, blank=True, default="")
    is_muted = models.BooleanField(default=False)
    has_video = models.BooleanField(default=False)
    is_sharing = models.BooleanField(default=False)
    hand_raised_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Nobody is in two calls, nor in one with two devices.
            models.UniqueConstraint(fields=["user"], condition=models.Q(left_at=None), name="call_leg_one_per_person"),
        ]
        indexes = [
            models.Index(fields=["last_seen_at"], condition=models.Q(left_at=None), name="call_leg_silent"),
            models.Index(fields=["device"], name="call_leg_by_device"),
        ]
        ordering = ["id"]

    @property
    def is_in(self) -> bool:
        return self.left_at is None
