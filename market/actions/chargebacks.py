"""The buyer's bank took the money back: the order stops, the seller pays, and no payouts until somebody looks."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from market import ledger, orders, stock
from market.actions.fulfilment import release
from market.actions.refunds import Part, all_of, commission_back
from market.models import Chargeback, Order, OrderLine, Payment, Shop
from market.money import split
from market.orders import BY_ACT, SYSTEM, State
from market.payments.base import ReportedChargeback


def note_chargeback(payment_id: int, reported: ReportedChargeback) -> None:
    """Fold what the provider says of a chargeback; each step happens once, in whatever order it is told."""
    known = Chargeback.objects.filter(reference=reported.reference, payment=payment_id).first()
    if known is None:
        try:
            with transaction.atomic():
                known = _open(payment_id, reported)
        except IntegrityError:  # told twice at once
            known = Chargeback.objects.get(reference=reported.reference, payment=payment_id)
    if reported.status == "open" or known.state != Chargeback.State.OPEN:
        return
    with transaction.atomic():
        if Chargeback.objects.filter(pk=known.pk, state=Chargeback.State.OPEN).update(state=reported.status):
            if reported.status == "won":
                _give_back(known)
            else:
                _settle_lost(known)


def _open(payment_id: int, reported: ReportedChargeback) -> Chargeback:
    payment = Payment.objects.select_for_update(of=("self",)).select_related("group").get(pk=payment_id)
    row = Chargeback.objects.create(
        payment=payment, provider=payment.provider, reference=reported.reference,
        amount_minor=reported.amount_minor, fee_minor=reported.fee_minor,
    )  # fmt: skip
    group = [orders.locked(pk) for pk in payment.group.orders.order_by("pk").values_list("pk", flat=True)]
    left = [order.total_minor - order.refunded_minor for order in group]
    weights = left if any(left) else [order.total_minor for order in group]
    amounts, fees = split(reported.amount_minor, weights), split(reported.fee_minor, weights)
    parts = [_take(row, order, *shares) for order, *shares in zip(group, amounts, fees, strict=True)]
    row.parts = [part for part in parts if part]
    row.save(update_fields=["parts"])
    _freeze(order.shop_id for order in group)
    return row


def _take(row: Chargeback, order: Order, amount: int, fee: int) -> dict[str, Any]:
    """From what is held, or from the seller; beyond what is left of the order (it was refunded too) from the seller."""
    if not amount and not fee:
        return {}
    whole = all_of(order)
    taken = min(amount, whole.total_minor)
    part = _spread(whole, taken)
    commission, vat = commission_back(order, part)
    was_released = order.released_at is not None
    away = ledger.provider(row.provider, order.currency)
    beyond = amount - taken + fee
    if was_released:
        own = [
            (ledger.commission(order.currency), -commission),
            (ledger.vat(order.currency), -vat),
            *ledger.take_from_seller(order.shop, taken - commission - vat + beyond),
        ]
    else:
        own = [(ledger.held(order), -taken), *ledger.take_from_seller(order.shop, beyond)]
    ledger.post("chargeback", f"chargeback:{row.pk}:order:{order.pk}", [*own, (away, amount + fee)], order=order)
    _count(order, part, 1)
    state = order.state
    if state in BY_ACT["charge_back"].sources:
        orders.move(order, "charge_back", role=SYSTEM, data={"from": state, "amount": amount})
    return {
        "order": order.pk, "amount": amount, "taken": taken, "from": state, "lines": part.lines,
        "delivery": part.delivery_minor, "commission": commission, "vat": vat, "was_released": was_released,
    }  # fmt: skip


def _spread(whole: Part, amount: int) -> Part:
    shares = split(amount, [*whole.lines.values(), whole.delivery_minor])
    return Part(dict(zip(whole.lines, shares, strict=False)), {}, shares[-1])


def _count(order: Order, part: Part, sign: int) -> None:
    for line, amount in part.lines.items():
        OrderLine.objects.filter(pk=line).update(refunded_minor=F("refunded_minor") + sign * amount)
    Order.objects.filter(pk=order.pk).update(refunded_minor=F("refunded_minor") + sign * part.total_minor)
    order.refunded_minor += sign * part.total_minor


def _give_back(row: Chargeback) -> None:
    """Won: the bank gives the money back (not its fee), and the order goes on where it stood."""
    for part in row.parts:
        order = orders.locked(part["order"])
        lines = {int(line): amount for line, amount in part["lines"].items()}
        back = Part(lines, {}, part["delivery"])
        amount, taken = part["amount"], part["taken"]
        if order.released_at is None:
            own = [(ledger.held(order), taken), *ledger.give_to_seller(order.shop, amount - taken)]
        else:
            # Taken before the release or after it, it is the seller's now, less our commission on it.
            commission, vat = part["commission"], part["vat"]
            own = [
                (ledger.commission(order.currency), commission),
                (ledger.vat(order.currency), vat),
                *ledger.give_to_seller(order.shop, amount - commission - vat),
            ]
        away = ledger.provider(row.provider, order.currency)
        ledger.post("chargeback-won", f"chargeback-won:{row.pk}:order:{order.pk}", [*own, (away, -amount)], order=order)
        _count(order, back, -1)
        if order.state == State.CHARGEBACK:
            orders.move(order, f"win_back_{part['from']}", role=SYSTEM)


def _settle_lost(row: Chargeback) -> None:
    """Lost: what was not sent can be sold to somebody else, and what the bank left is the seller's."""
    for part in row.parts:
        order = orders.locked(part["order"])
        if order.state != State.CHARGEBACK:
            continue
        if part["from"] in (State.PAID, State.ACCEPTED):
            stock.unsell(order.reference)
        release(order)


def _freeze(shops: Any) -> None:
    fresh = Shop.objects.filter(pk__in=set(shops), payouts_frozen_at=None)
    fresh.update(payouts_frozen_at=timezone.now(), payouts_frozen_reason=_("A buyer's bank took money back."))
