"""Reports: made by people, decided by moderators."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import plain
from core.errors import Conflict, Invalid
from moderation.access import require_moderator
from moderation.actions.audit import record
from moderation.models import Report
from moderation.targets import reportable


def report_target(*, by: User, kind: str, target: dict[str, Any], reason: str, note: str = "") -> tuple[Report, bool]:
    """Keep the thing as it is now for the moderators. Twice is once; answers the report and whether it is new.

    `target` names the thing as its app wants it (chat and seq, user …). Raises NotFound for what `by` cannot see.
    """
    found = reportable(kind).fetch_for_reporting(by, target)
    if found.subject is not None and found.subject.pk == by.pk:
        raise Invalid("self", _("That is yours."))
    try:
        with transaction.atomic():
            report = Report.objects.create(
                reporter=by, target_kind=kind, target_id=found.id, subject=found.subject, reason=reason,
                note=plain(note), label=found.label[:200], evidence=found.evidence,
            )  # fmt: skip
    except IntegrityError:  # the constraint: one open report of a person about a thing
        report = Report.objects.get(reporter=by, target_kind=kind, target_id=found.id, state=Report.State.OPEN)
        return report, False
    report.refresh_from_db(fields=["created_at"])
    return report, True


def dismiss_report(*, by: User, report: Report) -> None:
    """Nothing is wrong with it. Only this report: others about the same thing may say something else."""
    require_moderator(by)
    with transaction.atomic():
        if _decide(by, [report.pk], Report.State.DISMISSED):
            record(by, "report.dismissed", report.target_kind, report.target_id, report=report.pk)


def remove_content(*, by: User, report: Report) -> None:
    """Take the reported thing away for everybody, and close all open reports about it."""
    require_moderator(by)
    target = reportable(report.target_kind)
    if not target.can_remove:
        raise Conflict("cannot_remove")
    with transaction.atomic():
        target.remove(by, report.target_id)
        record(by, "content.removed", report.target_kind, report.target_id, report=report.pk)
        close_reports_of(by, report)


def close_reports_of(by: User, report: Report) -> None:
    """All open reports about the same thing have been acted on."""
    same = Report.objects.filter(target_kind=report.target_kind, target_id=report.target_id)
    _decide(by, list(same.values_list("pk", flat=True)), Report.State.ACTIONED)


def open_evidence(*, by: User, report: Report) -> dict[str, Any]:
    """What was reported, as it was. That a moderator has read it is on record."""
    require_moderator(by)
    record(by, "evidence.opened", report.target_kind, report.target_id, report=report.pk)
    return report.evidence


def _decide(by: User, ids: list[int], state: str) -> int:
    is_open = Report.objects.filter(pk__in=ids, state=Report.State.OPEN)
    return is_open.update(state=state, decided_by=by, decided_at=timezone.now())
