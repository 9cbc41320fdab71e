"""Plays deals/*.txt: what was ordered, paid, sent, returned and argued about, through the same actions as everybody's,
in the order of time.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import limits
from core.errors import Conflict
from core.worker import run_ready_tasks
from market import orders
from market.actions import (
    addresses,
    aftersale,
    cancelling,
    cart,
    checkout,
    disputes,
    fulfilment,
    payouts,
    returns,
    reviews,
)
from market.actions.paying import payment_of
from market.actions.sandbox import pay_in_sandbox
from market.demo.clock import Clock
from market.models import Address, Dispute, Order, Return, Review, SandboxObject, Variant
from market.payments import sandbox
from market.plans import Wish
from market.tasks.sandbox import deliver_sandbox_webhooks

_FOLDER = Path(__file__).parent / "deals"
_GOODS = re.compile(r"(?P<title>.+?)(?: / (?P<variant>.+?))? x(?P<count>\d+)")
_STREETS = ("Ferry Street", "Mill Lane", "Harbour Road", "Market Square", "Station Road", "Old Harbour")
_PAYDAYS = (("dana", 30.0), ("marco", 24.0), ("clara", 20.0), ("yusuf", 15.0), ("dana", 6.0))  # who, days ago


@dataclass
class Step:
    after: timedelta
    act: str
    rest: str


@dataclass
class Deal:
    buyer: str
    days_ago: float
    way: str
    goods: list[tuple[str, str, int]]
    steps: list[Step] = field(default_factory=list)
    order_id: int = 0


def read_deals() -> list[Deal]:
    deals: list[Deal] = []
    for path in sorted(_FOLDER.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(("+", "! ")):
                after, act, rest = (*line.split(" ", 2), "")[:3]
                hours = 24.0 * 3 if after == "!" else float(after)
                deals[-1].steps.append(Step(timedelta(hours=hours), act, rest))
            elif line and not line.startswith("#"):
                who, _bar, what = line.partition(" | ")
                buyer, days, way = who.split()
                deals.append(Deal(buyer, float(days), way, [_goods(one) for one in what.split(" ; ")]))
    return deals


def _goods(text: str) -> tuple[str, str, int]:
    found = _GOODS.fullmatch(text.strip())
    assert found is not None, text
    return found["title"], found["variant"] or "", int(found["count"])


class Trade:
    def __init__(self, people: dict[str, User], now: datetime) -> None:
        self.people, self.now, self.clock = people, now, Clock()

    def play(self, deals: Sequence[Deal]) -> int:
        """How many orders there are. Deals about things that are not there are passed over."""
        moments: list[tuple[datetime, int, Callable[[], None]]] = []
        for deal in deals:
            if (variants := self._variants(deal)) is None:
                continue
            start = self.now - timedelta(days=deal.days_ago)
            moments.append((start, len(moments), partial(self._order, deal, variants)))
            for step in deal.steps:
                if step.act == "none":
                    continue
                when = start + timedelta(minutes=3) + step.after
                moments.append((when, len(moments), partial(self._act, deal, step)))
        for who, days in _PAYDAYS:
            when = self.now - timedelta(days=days)
            moments.append((when, len(moments), partial(self._pay_out, who)))
        for when, _number, act in sorted(moments, key=lambda moment: moment[:2]):
            self.do(min(when, self.now - timedelta(minutes=2)), act)
        return Order.objects.count()

    def do(self, when: datetime, act: Callable[..., object], /, **arguments: Any) -> None:
        """As if it were then; and what the worker would have done about it."""
        limits.reset()
        with self.clock.at(when):
            act(**arguments)
            run_ready_tasks()
            if SandboxObject.objects.filter(kind="event", status="waiting").exists():
                deliver_sandbox_webhooks()
                run_ready_tasks()

    # --- ordering ---

    def _variants(self, deal: Deal) -> list[tuple[Variant, int]] | None:
        found = []
        for title, name, count in deal.goods:
            variant = Variant.objects.filter(listing__title__startswith=title, name=name).first()
            if variant is None or deal.buyer not in self.people:
                return None
            found.append((variant, count))
        return found

    def _order(self, deal: Deal, variants: Sequence[tuple[Variant, int]]) -> None:
        buyer = self.people[deal.buyer]
        cart.clear_cart(by=buyer)
        for variant, count in variants:
            cart.add_to_cart(by=buyer, variant_id=variant.pk, quantity=count)
        first = checkout.preview(by=buyer, wish=Wish())
        delivery = {
            part.shop.pk: option.pk
            for part in first.parts
            for option in reversed(part.options)
            if option.kind == deal.way
        }
        wish = Wish(delivery=delivery, address=address_of(buyer).pk)
        plan = checkout.preview(by=buyer, wish=wish)
        group, _payment = checkout.place_order(by=buyer, wish=wish, expected_total_minor=plan.total_minor)
        deal.order_id = group.orders.order_by("pk")[0].pk

    # --- what happens to it ---

    def _act(self, deal: Deal, step: Step) -> None:
        for order in self._orders(deal):
            getattr(self, f"_do_{step.act}")(order, step.rest)

    def _orders(self, deal: Deal) -> Iterator[Order]:
        group = Order.objects.get(pk=deal.order_id).group_id
        yield from Order.objects.select_related("group", "buyer", "seller").filter(group=group).order_by("pk")

    def _do_pay(self, order: Order, card: str) -> None:
        if order.state == Order.State.CREATED:  # the first of a group pays for all
            payment = payment_of(by=order.buyer, group_id=order.group_id)
            pay_in_sandbox(payment, card or "ok")

    def _do_accept(self, order: Order, _rest: str) -> None:
        fulfilment.accept(by=order.seller, order_id=order.pk)

    def _do_ship(self, order: Order, rest: str) -> None:
        carrier, _space, number = rest.partition(" ")
        fulfilment.ship(by=order.seller, order_id=order.pk, carrier=carrier, tracking_number=number)

    def _do_arrive(self, order: Order, _rest: str) -> None:
        with transaction.atomic():
            locked = orders.locked(order.pk)
            orders.move(locked, "arrive", role=orders.SYSTEM, delivered_at=timezone.now())

    def _do_hand_over(self, order: Order, _rest: str) -> None:
        fulfilment.hand_over(by=order.seller, order_id=order.pk, code=order.handover_code)

    def _do_deliver(self, order: Order, _rest: str) -> None:
        fulfilment.deliver(by=order.seller, order_id=order.pk)

    def _do_confirm(self, order: Order, _rest: str) -> None:
        fulfilment.confirm(by=order.buyer, order_id=order.pk)

    def _do_decline(self, order: Order, reason: str) -> None:
        cancelling.decline(by=order.seller, order_id=order.pk, reason=reason)

    def _do_cancel(self, order: Order, reason: str) -> None:
        cancelling.cancel(by=order.buyer, order_id=order.pk, reason=reason)

    def _do_expire(self, order: Order, _rest: str) -> None:
        with transaction.atomic():
            cancelling.expire(orders.locked(order.pk))

    def _do_refund(self, order: Order, rest: str) -> None:
        amount, _space, note = rest.partition(" ")
        aftersale.refund(by=order.seller, order_id=order.pk, amount_minor=int(amount), note=note)

    def _do_chargeback(self, order: Order, _rest: str) -> None:
        sandbox.charge_back(order.group.payments.get(state="succeeded").reference or "")

    # --- returns, disputes, reviews ---

    def _do_return_ask(self, order: Order, reason: str) -> None:
        pieces = {line.pk: line.quantity for line in order.lines.all()}
        returns.ask_return(by=order.buyer, order_id=order.pk, pieces=pieces, reason=reason)

    def _do_return_approve(self, order: Order, answer: str) -> None:
        returns.step_return(by=order.seller, return_id=_return_of(order).pk, act="approve", answer=answer)

    def _do_return_send(self, order: Order, number: str) -> None:
        returns.step_return(by=order.buyer, return_id=_return_of(order).pk, act="send", tracking_number=number)

    def _do_return_receive(self, order: Order, _rest: str) -> None:
        returns.step_return(by=order.seller, return_id=_return_of(order).pk, act="receive")

    def _do_dispute(self, order: Order, rest: str) -> None:
        reason, _space, text = rest.partition(" ")
        disputes.open_dispute(by=order.buyer, order_id=order.pk, reason=Dispute.Reason(reason), text=text)

    def _do_evidence(self, order: Order, rest: str) -> None:
        side, _space, text = rest.partition(" ")
        disputes.add_evidence(by=getattr(order, side), order_id=order.pk, text=text)

    def _do_decide(self, order: Order, rest: str) -> None:
        outcome, minor, decision = rest.split(" ", 2)
        disputes.decide(
            by=self.people["mod"], order_id=order.pk, outcome=outcome, refund_minor=int(minor), decision=decision
        )

    def _do_buyer(self, order: Order, rest: str) -> None:
        stars, _space, text = rest.partition(" ")
        reviews.write_review(by=order.buyer, order_id=order.pk, stars=int(stars), text=text)

    def _do_seller(self, order: Order, rest: str) -> None:
        stars, _space, text = rest.partition(" ")
        reviews.write_review(by=order.seller, order_id=order.pk, stars=int(stars), text=text)

    def _do_answer(self, order: Order, text: str) -> None:
        review = Review.objects.get(order=order, side=Review.Side.BUYER)
        reviews.answer_review(by=order.seller, review_id=review.pk, text=text)

    def _pay_out(self, who: str) -> None:
        try:
            payouts.request_payout(by=self.people[who])
        except Conflict as refused:  # of few listings little was sold
            if refused.code != "nothing_to_pay_out":
                raise


def _return_of(order: Order) -> Return:
    return Return.objects.filter(order=order).order_by("-pk")[0]


def address_of(user: User) -> Address:
    found = Address.objects.filter(user=user, is_default=True).first()
    street = f"{_STREETS[user.pk % len(_STREETS)]} {user.pk % 17 + 1}"
    return found or addresses.create_address(
        by=user, name=user.name, line1=street, postcode="04103", city="Riverside", country="DE"
    )
