"""A teller: paid orders get their invoice, refunds their credit note."""

from market.invoices import issue_credit_note, issue_invoice
from market.models import OutboxEvent, Refund


def tell_invoices(event: OutboxEvent) -> None:
    """Twice is once: an invoice is named after its order or refund."""
    if event.kind == "order.paid" and event.order is not None:
        issue_invoice(event.order)
    elif event.kind == "refund.succeeded":
        refund = Refund.objects.select_related("order__buyer").filter(pk=event.data.get("refund")).first()
        if refund is not None:
            issue_credit_note(refund)
