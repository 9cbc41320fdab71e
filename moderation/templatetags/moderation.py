"""The moderators' first look: what waits, and how the day is."""

from datetime import timedelta

from django import template
from django.utils import timezone

from accounts.models import User
from moderation.access import running_sanctions
from moderation.models import AuditEntry, Report

register = template.Library()


@register.inclusion_tag("admin/_dashboard.html")
def moderation_dashboard() -> dict[str, object]:
    """Seven small queries."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    is_open = Report.objects.filter(state=Report.State.OPEN)
    return {
        "open_count": is_open.count(),
        "urgent_count": is_open.filter(reason__in=[Report.Reason.CHILD_SAFETY, Report.Reason.VIOLENCE]).count(),
        "oldest": is_open.order_by("created_at").values_list("created_at", flat=True).first(),
        "signed_up_count": User.objects.filter(date_joined__gte=today).count(),
        "seen_count": User.objects.filter(last_seen_at__gte=timezone.now() - timedelta(days=1)).count(),
        "running_count": running_sanctions().count(),
        "recent": AuditEntry.objects.select_related("by").order_by("-created_at", "-pk")[:8],
    }
