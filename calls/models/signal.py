"""What two devices tell each other to find a way for sound and picture. Kept for as long as a socket may be away."""

from django.db import models
from django.utils import timezone

from calls.models.call import CallLeg


class CallSignal(models.Model):
    """The n-th signal from one device to another; the id orders all of them."""

    sender = models.ForeignKey(CallLeg, on_delete=models.CASCADE, related_name="sent_signals")
    receiver = models.ForeignKey(CallLeg, on_delete=models.CASCADE, related_name="signals")
    n = models.PositiveIntegerField()
    body = models.JSONField()  # {"description": {"type", "sdp"}} or {"candidates": [...]}
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "receiver", "n"], name="call_signal_once")]
        indexes = [models.Index(fields=["created_at"], name="call_signal_by_age")]
        ordering = ["id"]
