"""Where stories come from: feeds, each fetched once for all its readers."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User


class SourceQuerySet(models.QuerySet["Source"]):
    def visible(self) -> "SourceQuerySet":
        """What its readers may look at."""
        return self.exclude(state=Source.State.REMOVED)

    def for_reader(self, user: User) -> "SourceQuerySet":
        """What is public, and what this reader follows."""
        return self.visible().filter(models.Q(is_public=True) | models.Q(pk__in=user.news_follows.values("source")))


class Source(models.Model):
    class Kind(models.TextChoices):
        FEED = "feed", _("Feed")
        PUBLISHER = "publisher", _("Publisher")

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("a news source", "Active")
        GONE = "gone", pgettext_lazy("a news source", "Ended by its publisher")  # 410: never asked again
        REMOVED = "removed", pgettext_lazy("a news source", "Removed by moderators")

    class Pace(models.TextChoices):
        """How fast its stories age."""

        BREAKING = "breaking", pgettext_lazy("a news source", "News of the hour")
        GENERAL = "general", pgettext_lazy("a news source", "News of the day")
        LONG = "long", pgettext_lazy("a news source", "Long reads")

    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.FEED)
    state = models.CharField(max_length=7, choices=State.choices, default=State.ACTIVE)
    title = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True, default="")
    site_url = models.CharField(max_length=2000, blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="")
    # Everybody may read it: a publisher's, and a feed whose address holds nobody's key. See ADR 012.
    is_public = models.BooleanField(default=False)
    pace = models.CharField(max_length=8, choices=Pace.choices, default=Pace.GENERAL)
    created_at = models.DateTimeField(db_default=Now())

    last_seq = models.BigIntegerField(default=0)  # the n-th story that came out here; a read mark counts by it
    story_count = models.PositiveIntegerField(default=0)
    follower_count = models.PositiveIntegerField(default=0)
    newest_at = models.DateTimeField(null=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("news source")
        verbose_name_plural = _("news sources")

    def __str__(self) -> str:
        return self.title


class Feed(models.Model):
    """How a feed is fetched. One row and one request for all its readers; `state` of the source stops it."""

    source = models.OneToOneField(Source, primary_key=True, on_delete=models.CASCADE, related_name="feed")
    url = models.CharField(max_length=2000)
    url_hash = models.CharField(max_length=64, unique=True)  # sha256 of the normalised address, hex
    domain = models.CharField(max_length=255)  # registrable: its rows wait for each other
    # What the server said of the copy we have, verbatim, and sent back verbatim.
    etag = models.CharField(max_length=1000, blank=True, default="")
    last_modified = models.CharField(max_length=200, blank=True, default="")
    content_hash = models.CharField(max_length=64, blank=True, default="")  # sha256 of the bytes of that copy
    next_fetch_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    last_fetched_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    failure_count = models.PositiveIntegerField(default=0)  # in a row
    failure = models.CharField(max_length=24, blank=True, default="")  # a code; words: news/health.py
    failing_since = models.DateTimeField(null=True)
    interval_seconds = models.PositiveIntegerField(default=3600)  # between two stories, as seen lately
    asked_interval_seconds = models.PositiveIntegerField(default=0)  # ttl, max-age, Expires: never asked before
    # 301 and 308 move the address after three of them over three days.
    moved_to = models.CharField(max_length=2000, blank=True, default="")
    moved_count = models.PositiveIntegerField(default=0)
    moved_since = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_fetch_at"], name="feed_due"),
            models.Index(fields=["domain"], name="feed_of_domain"),
        ]

    def __str__(self) -> str:
        return self.url


class FetchDomain(models.Model):
    """A registrable domain is asked one thing at a time, with a pause between, and left alone when it says so."""

    domain = models.CharField(max_length=255, primary_key=True)
    next_request_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)  # a request is under way since
    paused_until = models.DateTimeField(null=True)  # 429 and 503


class FetchLog(models.Model):
    """One fetch and what came of it. The newest of a source explain its health."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="fetches")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=24)  # ok, not_modified, or a failure's code
    status = models.PositiveSmallIntegerField(null=True)
    size = models.PositiveIntegerField(default=0)  # bytes, unpacked
    milliseconds = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    detail = models.CharField(max_length=300, blank=True, default="")
    next_fetch_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["source", "-at"], name="fetch_of_source"),
            models.Index(fields=["at"], name="fetch_by_age"),
        ]
