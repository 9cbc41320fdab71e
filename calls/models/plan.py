"""A call that has been agreed on for later."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from calls.models.call import Call
from messenger.models import Chat


class PlannedCall(models.Model):
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="planned_calls")
    title = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField(max_length=5, choices=Call.Kind.choices)
    starts_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    reminded_at = models.DateTimeField(null=True)  # said in the chat that it begins soon
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["starts_at"],
                condition=models.Q(reminded_at=None, cancelled_at=None),
                name="call_plan_to_remind",
            )
        ]
        ordering = ["starts_at", "id"]
