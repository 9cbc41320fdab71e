"""What providers tell us: verified on the raw bytes, kept once, answered at once, folded later."""

from collections.abc import Mapping

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.tasks import task
from market import payments
from market.actions.paying import reconcile
from market.actions.payouts import reconcile_payout
from market.models import InboxEvent, Payment, Payout
from market.payments.base import ProviderEvent

log = structlog.get_logger(__name__)


def receive(provider: str, headers: Mapping[str, str], body: bytes) -> InboxEvent:
    """Keep a webhook and have it folded. The same event again is the same row. Raises BadSignature."""
    event = payments.provider(provider).parse_webhook({name.lower(): value for name, value in headers.items()}, body)
    try:
        with transaction.atomic():
            row = _keep(provider, event, body)
            fold.enqueue(event=row.pk)
    except IntegrityError:
        return InboxEvent.objects.get(provider=provider, event_id=event.id)
    return row


def _keep(provider: str, event: ProviderEvent, body: bytes) -> InboxEvent:
    return InboxEvent.objects.create(
        provider=provider,
        event_id=event.id[:120],
        kind=event.kind[:60],
        subject=f"{event.about}:{event.subject}"[:120],
        body=body.decode(errors="replace")[:100_000],
    )


@task(queue="money", retries=20)
def fold(*, event: int) -> None:
    """An event only says that something changed: what is true is fetched, so their order does not matter."""
    row = InboxEvent.objects.filter(pk=event, folded_at=None).first()
    if row is None:
        return
    about, _colon, subject = row.subject.partition(":")
    failure = ""
    if about == "payment":
        payment = Payment.objects.filter(provider=row.provider, reference=subject).first()
        if payment is None:
            failure = "unknown payment"
        else:
            reconcile(payment)
    elif about == "payout":
        payout = Payout.objects.filter(provider=row.provider, reference=subject).first()
        if payout is None:
            failure = "unknown payout"
        else:
            reconcile_payout(payout)
    if failure:
        # Told before our own call came back with the reference: the sweeper, or the answer itself, will know more.
        log.info("webhook about something unknown", provider=row.provider, kind=row.kind, subject=subject)
    InboxEvent.objects.filter(pk=row.pk).update(folded_at=timezone.now(), failure=failure)
