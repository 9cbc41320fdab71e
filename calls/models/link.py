"""A way into a group's call for people who are not in the chat: a link, and the lobby where they wait."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from calls.models.call import Call
from messenger.models import Chat


class CallLink(models.Model):
    """Of the chat, not of one call: the same link serves the next lesson too, until it is revoked."""

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="call_links")
    token = models.CharField(max_length=32, unique=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chat"], condition=models.Q(revoked_at=None), name="call_link_one_open")
        ]


class LobbyGuest(models.Model):
    """Somebody at the door of one call."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ADMITTED = "admitted"
        REFUSED = "refused"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="lobby")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "user"], name="call_lobby_once")]
