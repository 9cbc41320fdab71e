"""What a reader keeps, hides, opens and likes."""

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from accounts.models import User
from news.models.source import Source
from news.models.story import Story


class Bookmark(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="news_bookmarks")
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="bookmarks")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "story"], name="bookmark_once")]
        indexes = [models.Index(fields=["user", "-saved_at"], name="bookmark_newest")]


class Opened(models.Model):
    """The history: a story opened by a reader, and when for the last time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="news_history")
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="openings")
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "story"], name="opened_once")]
        indexes = [models.Index(fields=["user", "-opened_at"], name="opened_newest")]


class Affinity(models.Model):
    """How much a reader has to do with a source or a topic: points that halve every 30 days (news/affinity.py)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=24)  # "source:12", "topic:science"
    points = models.FloatField(default=0)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "subject"], name="affinity_once")]


class Rule(models.Model):
    """Mute: not shown in any list. Keep: of that source only what has the word."""

    class Action(models.TextChoices):
        MUTE = "mute", pgettext_lazy("a rule for stories", "Mute")
        KEEP = "keep", pgettext_lazy("a rule for stories", "Keep only")

    class Kind(models.TextChoices):
        SOURCE = "source", pgettext_lazy("a rule for stories", "Source")
        TOPIC = "topic", pgettext_lazy("a rule for stories", "Topic")
        WORD = "word", pgettext_lazy("a rule for stories", "Word")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="news_rules")
    action = models.CharField(max_length=4, choices=Action.choices, default=Action.MUTE)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    source = models.ForeignKey(Source, null=True, on_delete=models.CASCADE, related_name="+")  # a word: only there
    topic = models.CharField(max_length=16, blank=True, default="")
    word = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    key = models.CharField(max_length=100)  # all of the above in one: news/actions/rules.py

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="rule_once")]
