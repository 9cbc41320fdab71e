"""The sandbox's own sending department. Goes when market/payments/sandbox.py goes."""

from datetime import timedelta

from django.utils import timezone

from core.tasks import periodic, task
from market import payments
from market.inbox import receive
from market.payments import sandbox


@periodic(every=timedelta(seconds=5))
@task(queue="money")
def deliver_sandbox_webhooks() -> None:
    """Those that are due, each as a signed body, as they would come in from outside."""
    if not payments.is_enabled("sandbox"):
        return
    for event, headers, body in sandbox.due_events(timezone.now()):
        receive("sandbox", headers, body)
        sandbox.note_sent(event)
