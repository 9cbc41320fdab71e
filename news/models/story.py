"""The story, and its text apart from it: lists never read that."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from news.models.cluster import Cluster
from news.models.source import Source


class StoryQuerySet(models.QuerySet["Story"]):
    def out(self) -> "StoryQuerySet":
        """What readers may see."""
        return self.filter(state=Story.State.PUBLISHED)

    def public(self) -> "StoryQuerySet":
        """What everybody here may read."""
        return self.filter(source__is_public=True).exclude(source__state=Source.State.REMOVED)


class Story(models.Model):
    class State(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("a story", "Published")
        REMOVED = "removed", pgettext_lazy("a story", "Removed by moderators")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="stories")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PUBLISHED)
    # sha256 of guid, or link, or title and content, hex: once per source.
    identity = models.CharField(max_length=64)
    alias = models.CharField(max_length=64, blank=True, default="")  # the same of the link without scheme and host
    seq = models.BigIntegerField()  # the n-th of its source, counted when it came out
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=600, blank=True, default="")  # plain text
    url = models.CharField(max_length=2000, blank=True, default="")  # where it stands, http(s)
    author = models.CharField(max_length=120, blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="")
    image_url = models.CharField(max_length=2000, blank=True, default="")  # not for pages: it would tell who reads
    picture = models.CharField(max_length=40, blank=True, default="")  # our copy of it: news/pictures.py
    word_count = models.PositiveIntegerField(default=0)
    content_hash = models.CharField(max_length=64)  # sha256 of what was read, hex
    published_at = models.DateTimeField()  # as the source says, never after it was first seen
    first_seen_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True)  # its text, after it came out

    # The event it is a report of; none while it is the only one. Only public stories have one.
    cluster = models.ForeignKey(Cluster, null=True, on_delete=models.SET_NULL, related_name="stories")
    simhash = models.BigIntegerField(null=True)  # of its text, when there is enough of it: news/clustering/words.py
    is_copy = models.BooleanField(default=False)  # of another's text: no vote of its own
    open_count = models.PositiveIntegerField(default=0)  # readers who opened it
    boost = models.SmallIntegerField(default=0)  # what a moderator thinks of it
    rank_key = models.FloatField(default=0)  # news/ranking.py; changes only when its quality does

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        constraints = [
            models.UniqueConstraint(fields=["source", "identity"], name="story_identity_once"),
            models.UniqueConstraint(fields=["source", "seq"], name="story_seq_once"),
        ]
        indexes = [
            models.Index(fields=["source", "-published_at", "-id"], name="story_of_source"),
            models.Index(fields=["source", "-rank_key"], name="story_by_rank"),
            models.Index(fields=["source", "alias"], condition=~models.Q(alias=""), name="story_alias"),
        ]

    def __str__(self) -> str:
        return self.title


class Correction(models.Model):
    """What a source put right after a story came out: told wherever the story stands, also in chats."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", pgettext_lazy("of a story", "Correction")
        RETRACTION = "retraction", pgettext_lazy("of a story", "Retraction")

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="corrections")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CORRECTION)
    text = models.CharField(max_length=600)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [models.UniqueConstraint(fields=["story", "text"], name="correction_once")]


class StoryText(models.Model):
    story = models.OneToOneField(Story, primary_key=True, on_delete=models.CASCADE, related_name="text")
    html = models.TextField(blank=True, default="")  # cleaned when it was stored (news/cleaning.py)
