"""The sandbox: a payment provider with play money, for development, demos and tests.

It keeps books of its own (SandboxObject), as another company would, and tells us of changes by signed webhooks, which
come late, twice or in the wrong order when the "card" says so. Its clock is Django's; `deliver_due(now)` takes another.
A system check refuses it on public instances (config/checks.py) unless it is allowed explicitly.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from market.models import SandboxObject
from market.payments.base import (
    BadSignature,
    PaymentOrder,
    ProviderEvent,
    ProviderRefused,
    ReportedChargeback,
    ReportedPayment,
    ReportedPayout,
    ReportedRefund,
)

_T = TypeVar("_T")

# What a person may pay with on the sandbox's page, and what happens then.
CARDS = ("ok", "declined", "challenge", "hold", "late", "doubled", "reversed")
HOLD = timedelta(seconds=20)  # a held payment is taken so much later
LATE = timedelta(seconds=30)
CHARGEBACK_FEE = 1_500  # in the smallest unit of any currency

# For tests: called with the operation's name before its answer leaves; what it raises is what the caller sees, although
# the provider has done its work. That is what a timeout after success looks like.
after_call: Callable[[str], None] | None = None


def make() -> "Sandbox":
    return Sandbox()


class Sandbox:
    name = "sandbox"

    def create_payment(self, order: PaymentOrder) -> ReportedPayment:
        data = {"title": order.title, "return_url": order.return_url}
        charge = _made("charge", order.key, "pending", order.amount_minor, order.currency, data=data)
        return _answer("create_payment", _payment(charge))

    def fetch_payment(self, reference: str) -> ReportedPayment:
        return _answer("fetch_payment", _payment(_charge(reference)))

    def cancel_payment(self, reference: str, *, key: str) -> ReportedPayment:
        charges = SandboxObject.objects.filter(reference=reference, kind="charge")
        charges.filter(status="pending").update(status="cancelled")
        return _answer("cancel_payment", _payment(_charge(reference)))

    def refund(self, reference: str, *, amount_minor: int, currency: str, key: str) -> ReportedRefund:
        with transaction.atomic():
            charge = _charge(reference, lock=True)
            made = SandboxObject.objects.filter(key=key).first()
            if made is None:
                left = _captured(charge) - sum(_amounts("refund", reference))
                if amount_minor > left:
                    raise ProviderRefused("refund_too_large")
                made = _made("refund", key, "succeeded", amount_minor, currency, parent=reference)
        tell("refund.succeeded", reference)
        return _answer("refund", _refund(made))

    def pay_out(self, *, destination: str, amount_minor: int, currency: str, key: str) -> ReportedPayout:
        status = "failed" if "FAIL" in destination.upper() else "paid"
        made = _made("payout", key, status, amount_minor, currency, data={"destination": destination})
        return _answer("pay_out", _payout(made))

    def fetch_payout(self, reference: str) -> ReportedPayout:
        return _answer("fetch_payout", _payout(SandboxObject.objects.get(reference=reference, kind="payout")))

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:
        if not hmac.compare_digest(headers.get("sandbox-signature", "").encode(), sign(body).encode()):
            raise BadSignature
        event = json.loads(body)
        about = "payout" if event["kind"].startswith("payout.") else "payment"
        return ProviderEvent(event["id"], event["kind"], event["subject"], about)  # type: ignore[arg-type]

    def holds(self, currency: str) -> int | None:
        """Taken in, less what went back, was paid out, and was charged back with its fee."""
        rows = SandboxObject.objects.filter(currency=currency)
        taken = sum(_captured(charge) for charge in rows.filter(kind="charge"))
        gone = rows.filter(kind__in=["refund", "payout"], status__in=["succeeded", "paid"])
        lost = sum(_lost(one) for one in rows.filter(kind="chargeback"))
        return taken - sum(gone.values_list("amount_minor", flat=True)) - lost


# --- what happens on the sandbox's side of the street -------------------------------------------


def pay(reference: str, card: str, *, is_confirmed: bool | None = None) -> ReportedPayment:
    """The buyer presses "Pay" on the sandbox's page. `is_confirmed`: the answer to the bank's question (challenge)."""
    now = timezone.now()
    with transaction.atomic():
        charge = _charge(reference, lock=True)
        if charge.status != "pending":
            return _payment(charge)
        charge.data["card"] = card
        if card == "declined":
            charge.status, charge.data["failure"] = "failed", "declined"
        elif card == "challenge" and is_confirmed is None:
            charge.data["needs_challenge"] = True
        elif card == "challenge" and not is_confirmed:
            charge.status, charge.data["failure"] = "failed", "authentication_failed"
        elif card == "hold":
            charge.data["capture_at"] = (now + HOLD).isoformat()
        else:
            charge.status = "succeeded"
        charge.save(update_fields=["status", "data"])
    _tell_of_payment(charge, card, now)
    return _payment(charge)


def _tell_of_payment(charge: SandboxObject, card: str, now: datetime) -> None:
    if charge.status == "pending":
        if card == "hold":
            tell("payment.succeeded", charge.reference, at=now + HOLD)
        return
    kind = f"payment.{charge.status}"
    if card == "reversed":  # what came last is told first
        tell(kind, charge.reference, at=now)
        tell("payment.pending", charge.reference, at=now + timedelta(seconds=2))
        return
    event = tell(kind, charge.reference, at=now + LATE if card == "late" else now)
    if card == "doubled":
        tell(kind, charge.reference, at=now)
        tell(kind, charge.reference, at=now, same_as=event)


def charge_back(reference: str, *, amount_minor: int | None = None) -> str:
    """The buyer's bank takes the money back. Answers the chargeback's reference."""
    charge = _charge(reference)
    amount = _captured(charge) if amount_minor is None else amount_minor
    made = _made("chargeback", None, "open", amount, charge.currency, parent=reference)
    tell("chargeback.opened", reference)
    return made.reference


def decide_chargeback(chargeback: str, *, is_won: bool) -> None:
    row = SandboxObject.objects.get(reference=chargeback, kind="chargeback")
    SandboxObject.objects.filter(pk=row.pk).update(status="won" if is_won else "lost")
    tell("chargeback.decided", row.parent)


def return_payout(reference: str) -> None:
    """The bank does not know the account: the money comes back days later."""
    SandboxObject.objects.filter(reference=reference, kind="payout").update(status="returned")
    tell("payout.returned", reference)


def charge_for_page(reference: str) -> SandboxObject | None:
    return SandboxObject.objects.filter(reference=reference, kind="charge").first()


# --- webhooks -----------------------------------------------------------------------------------


def tell(kind: str, subject: str, *, at: datetime | None = None, same_as: str = "") -> str:
    """A webhook to be sent at that time. `same_as`: the same event once more. Answers the event's id."""
    event_id = same_as or f"evt_{secrets.token_hex(8)}"
    due = at or timezone.now()
    SandboxObject.objects.create(
        reference=f"out_{secrets.token_hex(8)}", kind="event", status="waiting", parent=subject,
        data={"id": event_id, "kind": kind, "subject": subject, "at": due.isoformat()},
    )  # fmt: skip
    return event_id


def due_events(now: datetime) -> list[tuple[int, dict[str, str], bytes]]:
    """Webhooks to be sent now: (id, headers, body), those that are due first in front."""
    waiting = [
        (row.data["at"], row)
        for row in SandboxObject.objects.filter(kind="event", status="waiting")
        if datetime.fromisoformat(row.data["at"]) <= now
    ]
    found = []
    for _at, row in sorted(waiting, key=lambda pair: (pair[0], pair[1].pk)):
        body = json.dumps({name: row.data[name] for name in ("id", "kind", "subject")}).encode()
        found.append((row.pk, {"sandbox-signature": sign(body)}, body))
    return found


def note_sent(event: int) -> None:
    SandboxObject.objects.filter(pk=event).update(status="sent")


def sign(body: bytes) -> str:
    return hmac.new(f"sandbox:{settings.SECRET_KEY}".encode(), body, hashlib.sha256).hexdigest()


# --- its books ----------------------------------------------------------------------------------


def _made(
    kind: str, key: str | None, status: str, amount: int, currency: str, *, parent: str = "", data: Any = None
) -> SandboxObject:  # fmt: skip
    """With the same key the same object, as it stands now."""
    if key is not None and (found := SandboxObject.objects.filter(key=key).first()) is not None:
        return found
    prefix = {"charge": "ch", "refund": "re", "payout": "po", "chargeback": "cb"}[kind]
    row = SandboxObject(
        reference=f"{prefix}_{secrets.token_hex(10)}", kind=kind, key=key, status=status, amount_minor=amount,
        currency=currency, parent=parent, data=data or {},
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return SandboxObject.objects.get(key=key)
    return row


def _charge(reference: str, *, lock: bool = False) -> SandboxObject:
    """As it is now: a hold whose time has come is taken."""
    rows = SandboxObject.objects.filter(kind="charge")
    charge = (rows.select_for_update() if lock else rows).filter(reference=reference).first()
    if charge is None:
        raise ProviderRefused("unknown_payment")
    capture_at = charge.data.get("capture_at")
    if charge.status == "pending" and capture_at and datetime.fromisoformat(capture_at) <= timezone.now():
        SandboxObject.objects.filter(pk=charge.pk, status="pending").update(status="succeeded")
        charge.status = "succeeded"
    return charge


def _captured(charge: SandboxObject) -> int:
    return charge.amount_minor if charge.status == "succeeded" else 0


def _amounts(kind: str, parent: str) -> list[int]:
    return list(SandboxObject.objects.filter(kind=kind, parent=parent).values_list("amount_minor", flat=True))


def _lost(chargeback: SandboxObject) -> int:
    """The fee is ours even when we win."""
    return CHARGEBACK_FEE + (0 if chargeback.status == "won" else chargeback.amount_minor)


def _payment(charge: SandboxObject) -> ReportedPayment:
    children = list(SandboxObject.objects.filter(parent=charge.reference, kind__in=["refund", "chargeback"]))
    return ReportedPayment(
        reference=charge.reference,
        status=charge.status,  # type: ignore[arg-type]
        captured_minor=_captured(charge),
        action_url=reverse("market-sandbox", args=[charge.reference]) if charge.status == "pending" else "",
        failure=charge.data.get("failure", ""),
        refunds=tuple(_refund(one) for one in children if one.kind == "refund"),
        chargebacks=tuple(
            ReportedChargeback(one.reference, one.amount_minor, CHARGEBACK_FEE, one.status)  # type: ignore[arg-type]
            for one in children
            if one.kind == "chargeback"
        ),
    )


def _refund(row: SandboxObject) -> ReportedRefund:
    return ReportedRefund(row.key or "", row.reference, row.amount_minor, row.status)  # type: ignore[arg-type]


def _payout(row: SandboxObject) -> ReportedPayout:
    failure = "account_unknown" if row.status in ("failed", "returned") else ""
    return ReportedPayout(row.reference, row.status, failure)  # type: ignore[arg-type]


def _answer(operation: str, answer: _T) -> _T:
    if after_call is not None:
        after_call(operation)
    return answer
