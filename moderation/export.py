"""This app's part of "export my data"."""

from accounts.models import User
from accounts.registry import Archive
from moderation.models import Report, Sanction


def export_reports(user: User, archive: Archive) -> None:
    """reports.json: what the person reported; sanctions.json: what was decided about them."""
    reports = Report.objects.filter(reporter=user).order_by("pk")
    archive.write_json(
        "reports.json",
        list(reports.values("target_kind", "label", "reason", "note", "state", "created_at")),
    )
    sanctions = Sanction.objects.filter(user=user).order_by("pk")
    archive.write_json("sanctions.json", list(sanctions.values("kind", "reason", "created_at", "until", "lifted_at")))
