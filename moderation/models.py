"""Reports, sanctions and the record of what moderators did. Generic over what is reported."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Report(models.Model):
    class Reason(models.TextChoices):
        SPAM = "spam", _("Spam")
        FRAUD = "fraud", _("Fraud")
        VIOLENCE = "violence", _("Violence")
        HARASSMENT = "harassment", _("Harassment")
        CHILD_SAFETY = "child_safety", _("Child safety")
        ILLEGAL = "illegal", _("Illegal goods")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("a report", "Open")
        ACTIONED = "actioned", _("Acted on")
        DISMISSED = "dismissed", _("Dismissed")

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="reports_made"
    )
    # What is reported: a kind that an app registered, and its id there. `subject` is the person behind it.
    target_kind = models.CharField(max_length=16)
    target_id = models.BigIntegerField()
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="reports_about"
    )
    reason = models.CharField(max_length=16, choices=Reason.choices)
    note = models.CharField(max_length=1000, blank=True)
    label = models.CharField(max_length=200, blank=True)  # the target in one line, for lists
    evidence = models.JSONField(default=dict)  # the target as it was when reported
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "target_kind", "target_id"],
                condition=models.Q(state="open"),
                name="report_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["state", "-created_at"], name="report_queue"),
            models.Index(fields=["target_kind", "target_id"], name="report_of_target"),
        ]
        permissions = [("moderate", "Can act on reports: remove, mute, suspend, dismiss")]
        verbose_name = _("report")
        verbose_name_plural = _("reports")

    def __str__(self) -> str:
        """Without the label: it quotes people, and reading what they wrote is an act on record."""
        return f"{self.get_reason_display()} #{self.pk}"


class Sanction(models.Model):
    class Kind(models.TextChoices):
        MUTE = "mute", _("May not write")
        SUSPEND = "suspend", _("Suspended")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sanctions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)  # null: until lifted
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "kind"], name="sanction_of_user"),
            models.Index(fields=["until"], condition=models.Q(lifted_at=None), name="sanction_running"),
        ]
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}"

    @property
    def is_running(self) -> bool:
        return self.lifted_at is None and (self.until is None or self.until > timezone.now())


class AuditEntry(models.Model):
    """One act of a moderator. Append-only; the admin shows it read-only."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    act = models.CharField(max_length=40)
    target_kind = models.CharField(max_length=16)
    target_id = models.BigIntegerField()
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="audit_newest")]
        verbose_name = _("act of a moderator")
        verbose_name_plural = _("audit log")

    def __str__(self) -> str:
        return f"{self.act} {self.target_kind} {self.target_id}"
