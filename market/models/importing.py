"""A spreadsheet of listings on its way in."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import pgettext_lazy

from market.models.shop import Shop


class ListingImport(models.Model):
    """First only looked through; once started, the worker takes the rows in bites and notes how far it has come."""

    class State(models.TextChoices):
        CHECKED = "checked", pgettext_lazy("an import", "Looked through")
        RUNNING = "running", pgettext_lazy("an import", "Running")
        DONE = "done", pgettext_lazy("an import", "Done")
        CANCELLED = "cancelled", pgettext_lazy("an import", "Cancelled")

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="imports")
    state = models.CharField(max_length=9, choices=State.choices, default=State.CHECKED)
    name = models.CharField(max_length=200)  # of the file, as the seller calls it
    text = models.TextField()  # the file, decoded; emptied when it is done
    delimiter = models.CharField(max_length=1)
    row_count = models.PositiveIntegerField()
    done_count = models.PositiveIntegerField(default=0)  # rows that were dealt with: go on behind them
    created_count = models.PositiveIntegerField(default=0)  # listings
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)  # rows
    errors = models.JSONField(default=list)  # the first thousand: {"row", "column", "code", "message"}
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop"], condition=Q(state="running"), name="import_running_once"),
            models.CheckConstraint(condition=Q(done_count__lte=F("row_count")), name="import_within_rows"),
        ]
        ordering = ["-id"]
