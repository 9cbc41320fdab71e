"""What one person holds about another: contact and block."""

from django.db import models
from django.db.models.functions import Now

from accounts.models.user import User


class Contact(models.Model):
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="contact_of")
    alias = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "user"], name="contact_once"),
            models.CheckConstraint(condition=~models.Q(owner=models.F("user")), name="contact_not_self"),
        ]


class Block(models.Model):
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocked_by")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "user"], name="block_once"),
            models.CheckConstraint(condition=~models.Q(owner=models.F("user")), name="block_not_self"),
        ]
