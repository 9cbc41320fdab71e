"""The states of an order, and who may move it: one table, for the API, the pages, the buttons in chats and the worker.

A move is a guarded UPDATE, a transition row and an outbox event in one transaction: of two who press at once one wins,
and the other is told that the order has changed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, Forbidden
from market import outbox
from market.models import Order, OrderTransition

State, Fulfilment = Order.State, Order.Fulfilment
BUYER, SELLER, MODERATOR, SYSTEM = "buyer", "seller", "moderator", "system"
ANY = tuple(Fulfilment)

PAY_WITHIN = timedelta(minutes=15)
MEET_WITHIN = timedelta(days=14)  # hand-over in person
ANSWER_WITHIN, SERVE_WITHIN = timedelta(days=7), timedelta(days=60)  # services
CONFIRM_WITHIN = {
    Fulfilment.SHIPPING: timedelta(days=5),
    Fulfilment.IN_PERSON: timedelta(days=3),
    Fulfilment.ONLINE: timedelta(days=3),
    Fulfilment.SERVICE: timedelta(days=7),
}
LOST_AFTER = timedelta(days=7)  # beyond the longest delivery time, a parcel counts as delivered unless disputed


@dataclass(frozen=True)
class Edge:
    act: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    event: str  # of the outbox, after "order."
    fulfilments: tuple[str, ...] = ANY


_RUNNING = (State.PAID, State.ACCEPTED, State.SHIPPED, State.DELIVERED, State.COMPLETED)
EDGES: tuple[Edge, ...] = (
    Edge("pay", (State.CREATED,), State.PAID, (SYSTEM,), "paid"),
    Edge("pay_late", (State.EXPIRED, State.CANCELLED), State.PAID, (SYSTEM,), "paid"),
    Edge("expire", (State.CREATED,), State.EXPIRED, (SYSTEM,), "expired"),
    Edge("abandon", (State.CREATED,), State.CANCELLED, (BUYER,), "cancelled"),
    Edge("accept", (State.PAID,), State.ACCEPTED, (SELLER, SYSTEM), "accepted"),
    Edge("decline", (State.PAID, State.ACCEPTED), State.CANCELLED, (SELLER,), "cancelled"),
    Edge("cancel", (State.PAID,), State.CANCELLED, (BUYER, SYSTEM), "cancelled"),
    Edge("cancel_unsent", (State.PAID, State.ACCEPTED), State.CANCELLED, (SYSTEM,), "cancelled"),
    Edge("ship", (State.ACCEPTED,), State.SHIPPED, (SELLER,), "shipped", (Fulfilment.SHIPPING,)),
    Edge("hand_over", (State.ACCEPTED,), State.DELIVERED, (SELLER,), "delivered", (Fulfilment.IN_PERSON,)),
    Edge("deliver", (State.ACCEPTED,), State.DELIVERED, (SELLER,), "delivered", (Fulfilment.SERVICE,)),
    Edge("deliver_online", (State.ACCEPTED,), State.DELIVERED, (SYSTEM,), "delivered_online", (Fulfilment.ONLINE,)),
    Edge("arrive", (State.SHIPPED,), State.DELIVERED, (BUYER, SYSTEM), "delivered"),
    Edge("confirm", (State.DELIVERED,), State.COMPLETED, (BUYER, SYSTEM), "completed"),
    Edge("dispute", (State.SHIPPED, State.DELIVERED), State.DISPUTED, (BUYER,), "disputed"),
    Edge("withdraw_to_shipped", (State.DISPUTED,), State.SHIPPED, (BUYER,), "dispute_withdrawn"),
    Edge("withdraw_to_delivered", (State.DISPUTED,), State.DELIVERED, (BUYER,), "dispute_withdrawn"),
    Edge("decide_release", (State.DISPUTED,), State.COMPLETED, (MODERATOR,), "dispute_decided"),
    Edge("decide_refund", (State.DISPUTED,), State.REFUNDED, (MODERATOR,), "dispute_decided"),
    Edge("take_return", (State.DELIVERED, State.COMPLETED), State.RETURNED, (SELLER,), "returned"),
    Edge("refund_all", _RUNNING[1:], State.REFUNDED, (SELLER,), "refunded"),
    Edge("charge_back", (*_RUNNING, State.DISPUTED), State.CHARGEBACK, (SYSTEM,), "charged_back"),
    *(
        Edge(f"win_back_{state}", (State.CHARGEBACK,), state, (SYSTEM,), "chargeback_won")
        for state in (*_RUNNING, State.DISPUTED)
    ),
)
BY_ACT = {edge.act: edge for edge in EDGES}
FINAL = (
    State.EXPIRED, State.COMPLETED, State.CANCELLED, State.RETURNED, State.REFUNDED, State.CHARGEBACK,
)  # fmt: skip

# What people press, in the order of the buttons: what they may do -> (states, role, fulfilments). What a press does is
# in market/actions: most are one edge, "ship" accepts on the way, "refund" leaves the state as it is.
_PRESSED: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("pay", BUYER, (State.CREATED,), ANY),
    ("abandon", BUYER, (State.CREATED,), ANY),
    ("cancel", BUYER, (State.PAID,), ANY),
    ("confirm", BUYER, (State.SHIPPED, State.DELIVERED), ANY),
    ("dispute", BUYER, (State.SHIPPED, State.DELIVERED), ANY),
    ("withdraw_dispute", BUYER, (State.DISPUTED,), ANY),
    ("accept", SELLER, (State.PAID,), ANY),
    ("ship", SELLER, (State.PAID, State.ACCEPTED), (Fulfilment.SHIPPING,)),
    ("hand_over", SELLER, (State.PAID, State.ACCEPTED), (Fulfilment.IN_PERSON,)),
    ("deliver", SELLER, (State.ACCEPTED,), (Fulfilment.SERVICE,)),
    ("decline", SELLER, (State.PAID, State.ACCEPTED), ANY),
    ("refund", SELLER, (State.ACCEPTED, State.SHIPPED, State.DELIVERED, State.COMPLETED), ANY),
    ("decide", MODERATOR, (State.DISPUTED,), ANY),
)


def moves_of(order: Order, role: str) -> list[str]:
    """What somebody in this role may do with the order now, in the order of the buttons."""
    return [
        press
        for press, who, states, fulfilments in _PRESSED
        if who == role and order.state in states and order.fulfilment in fulfilments and _is_sensible(order, press)
    ]


def _is_sensible(order: Order, press: str) -> bool:
    return press != "refund" or order.refunded_minor < order.total_minor


def require_move(order: Order, press: str, role: str) -> None:
    """Raises Forbidden("not_your_move") for another role's, Conflict("wrong_state", state=…) for another moment."""
    if press in moves_of(order, role):
        return
    if not any(who == role for name, who, _states, _fulfilments in _PRESSED if name == press):
        raise Forbidden("not_your_move", _("That is not yours to do."))
    raise wrong_state(order)


def wrong_state(order: Order) -> Conflict:
    return Conflict("wrong_state", _("The order does not stand like that (any more)."), state=order.state)


def move(
    order: Order, act: str, *, role: str, by: User | None = None, data: dict[str, Any] | None = None, **changes: Any
) -> OrderTransition:
    """Along one edge. `changes`: further columns of the order, written with the state. `order` is as after it.

    Raises Conflict("wrong_state") when the order is not where the edge begins, or somebody else was faster.
    """
    edge = BY_ACT[act]
    if role not in edge.roles:
        raise Forbidden("not_your_move", _("That is not yours to do."))
    now = timezone.now()
    with transaction.atomic():
        source = order.state
        if source not in edge.sources or order.fulfilment not in edge.fulfilments:
            raise wrong_state(order)
        changes |= {"state": edge.target, "changed_at": now, "due_at": due(order, edge.target, now)}
        mine = Order.objects.filter(pk=order.pk, state=source, version=order.version)
        if not mine.update(**changes, version=F("version") + 1):
            order.refresh_from_db()
            raise wrong_state(order)
        for name, value in {**changes, "version": order.version + 1}.items():
            setattr(order, name, value)
        transition = OrderTransition.objects.create(
            order=order, number=order.version, from_state=source, to_state=edge.target, act=act, by=by, role=role,
            data=data or {},
        )  # fmt: skip
        told = {"act": act, "from": source, "state": edge.target, "role": role, "number": order.version}
        outbox.put(f"order.{edge.event}", order=order, data={**told, "by": by.pk if by else None, **(data or {})})
    return transition


def begin(order: Order, *, by: User) -> OrderTransition:
    """The first transition of a new order, from nothing."""
    return OrderTransition.objects.create(
        order=order, number=0, from_state="", to_state=order.state, act="order", by=by, role=BUYER
    )


def locked(pk: int) -> Order:
    """The order as it is, which nobody else moves until this transaction ends."""
    return Order.objects.select_for_update(of=("self",)).select_related("shop", "buyer", "seller", "group").get(pk=pk)


def due(order: Order, state: str, now: datetime) -> datetime | None:
    """When the worker moves an order by itself that comes into this state now."""
    if state == State.CREATED:
        return now + PAY_WITHIN
    if state in (State.PAID, State.ACCEPTED):
        if order.fulfilment == Fulfilment.IN_PERSON:
            return (order.paid_at or now) + MEET_WITHIN
        if order.fulfilment == Fulfilment.SERVICE:  # when it is done is agreed upon in the thread
            return now + (ANSWER_WITHIN if state == State.PAID else SERVE_WITHIN)
        return (order.paid_at or now) + timedelta(days=int(order.delivery.get("ship_within_days") or 3))
    if state == State.SHIPPED:
        return now + timedelta(days=int(order.delivery.get("days_max") or 5)) + LOST_AFTER
    if state == State.DELIVERED:
        return now + CONFIRM_WITHIN[Fulfilment(order.fulfilment)]
    return None
