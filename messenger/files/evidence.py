"""Files of reported messages: kept for the moderators until it is decided, even when their writer deletes them."""

from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import User
from moderation.access import MODERATE
from moderation.models import Report


def open_reports_with(attachment_id: UUID) -> QuerySet[Report]:
    """The id stands in the evidence, which is the message as it was; no other text has reason to hold it."""
    open_reports = Report.objects.filter(target_kind="message", state=Report.State.OPEN)
    return open_reports.annotate(kept=Cast("evidence", TextField())).filter(kept__contains=str(attachment_id))


def is_evidence(attachment_id: UUID) -> bool:
    return open_reports_with(attachment_id).exists()


def is_reviewed_by(by: User, attachment_id: UUID) -> bool:
    return by.is_staff and by.has_perm(MODERATE) and is_evidence(attachment_id)
