"""An event: the stories of several sources about the same thing, under one address."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Cluster(models.Model):
    """Its numbers are counted when it changes (news/clustering/gathering.py)."""

    # Two that turned out to be one: the address of this one leads there.
    merged_into = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="+")
    lead = models.ForeignKey("news.Story", null=True, on_delete=models.SET_NULL, related_name="+")
    story_count = models.PositiveIntegerField(default=0)
    publisher_count = models.PositiveIntegerField(default=0)  # copies of one text are one
    open_count = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now)
    newest_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("news event")
        verbose_name_plural = _("news events")

    def __str__(self) -> str:
        return self.lead.title if self.lead else str(self.pk)


class StoryKey(models.Model):
    """A significant word of a title, or a quarter of the fingerprint of a text, as a number: stories of the last days
    that share some are compared. Rows go after a while, so finding them costs the same however many stories there are.
    """

    key = models.BigIntegerField()
    at = models.DateTimeField()  # the story's published_at
    story = models.ForeignKey("news.Story", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["key", "-at"], name="story_key_newest"),
            models.Index(fields=["at"], name="story_key_by_age"),
        ]
