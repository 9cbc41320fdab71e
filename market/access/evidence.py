"""Who may look at the pictures and files of a dispute: its two people, and moderators."""

from uuid import UUID

from accounts.models import User
from market.access.orders import role_in
from market.models import Evidence


def is_evidence_for(by: User, attachment_id: UUID) -> bool:
    shown = Evidence.objects.filter(attachment=attachment_id).select_related("dispute__order")
    return any(role_in(by, evidence.dispute.order) is not None for evidence in shown)
