"""What a reader follows and has read: a mark per source and few exceptions, never a row per story."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from news.models.source import Source


class Follow(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="news_follows")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="follows")
    folder = models.CharField(max_length=60, blank=True, default="")
    title = models.CharField(max_length=120, blank=True, default="")  # the reader's own name for it
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "source"], name="follow_source_once")]


class ReadMark(models.Model):
    """All stories of the source up to this seq are read, but for the exceptions."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    seq = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "source"], name="read_mark_once")]


class ReadException(models.Model):
    """Above the mark: read already. Below it: marked as unread again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    seq = models.BigIntegerField()
    is_read = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "source", "seq"], name="read_exception_once")]
