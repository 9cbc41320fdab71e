"""Steps of a sale, in a process that may die in one: python tests/faults/market_steps.py <steps> [<order>].

The last line of its output is a JSON object. See test_market_worker_killed.py.
"""

import json
import os
import secrets
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.utils import timezone  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from core.worker import run_ready_tasks  # noqa: E402
from market.actions import aftersale, fulfilment, paying, payouts  # noqa: E402
from market.models import (  # noqa: E402
    LedgerTransaction,
    Order,
    OutboxEvent,
    Payment,
    Payout,
    Refund,
    SandboxObject,
    Shop,
)
from market.payments import sandbox  # noqa: E402
from market.tasks import money  # noqa: E402
from tests.conftest import make_user  # noqa: E402
from tests.market import trade  # noqa: E402
from tests.market.scenes import make_listing, make_shop  # noqa: E402


def place() -> Order:
    seller, buyer = make_user(f"seller_{secrets.token_hex(4)}"), make_user(f"buyer_{secrets.token_hex(4)}")
    Shop.objects.filter(pk=make_shop(seller).pk).update(payout_account="DE00 1234")
    listing = make_listing(seller, price=10_000, stock=1)
    return trade.the_order(trade.order(buyer, listing))


def pay(order: Order) -> None:
    """As the buyer does it: begin, pay on the provider's page, come back."""
    payment = Payment.objects.get(group=order.group)
    if payment.reference is None:
        paying.reconcile(payment)
        payment.refresh_from_db()
    if payment.reference is not None:
        sandbox.pay(payment.reference, "ok")
        paying.reconcile(payment)


def tasks() -> None:
    OutboxEvent.objects.filter(told_at=None).update(told_at=timezone.now())
    run_ready_tasks(even_later=True)


def recover() -> None:
    """What the next worker does: take back what the dead one held, sweep, run."""
    DBTaskResult.objects.filter(status="RUNNING").update(status="READY", run_after=timezone.now())
    past = timezone.now() - money._PATIENCE * 2
    for model in (Payment, Refund, Payout):
        model.objects.update(created_at=past)
    money.sweep()
    tasks()


def books(order: Order | None) -> dict[str, object]:
    charges = SandboxObject.objects.filter(kind="charge")
    own = Payment.objects.filter(group=order.group).first() if order else None
    refund = Refund.objects.filter(order=order).first() if order else None
    payout = Payout.objects.order_by("-pk").first()
    return {
        "orders": Order.objects.count(),
        "broken": [[number, [str(row) for row in rows]] for number, rows in trade.broken()],
        "state": order.state if order else "",
        "charges": charges.filter(key=own.key).count() if own else 0,
        "captures": LedgerTransaction.objects.filter(idempotency_key=f"capture:payment:{own.pk}").count() if own else 0,
        "refunds_at_provider": SandboxObject.objects.filter(kind="refund", key=refund.key).count() if refund else 0,
        "refund_state": refund.state if refund else "",
        "payouts_at_provider": SandboxObject.objects.filter(kind="payout", key=payout.key).count() if payout else 0,
        "payout_state": payout.state if payout else "",
    }


def act(name: str, order: Order) -> None:
    if name == "pay":
        pay(order)
    elif name == "ship":
        fulfilment.ship(by=order.seller, order_id=order.pk)
    elif name == "confirm":
        fulfilment.confirm(by=order.buyer, order_id=order.pk)
    elif name == "refund":
        aftersale.refund(by=order.seller, order_id=order.pk)
        tasks()
    elif name == "payout":
        payouts.request_payout(by=order.seller)
        tasks()
    elif name == "recover":
        recover()


def main(names: str, number: str) -> dict[str, object]:
    order = Order.objects.get(pk=int(number)) if number else None
    for name in names.split(","):
        if name == "order":
            order = place()
        elif order is not None:
            act(name, order)
            order.refresh_from_db()
    return {"order": order.pk if order else 0, **books(order)}


print(json.dumps(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")))
