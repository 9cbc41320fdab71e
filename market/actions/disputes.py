"""When something went wrong: the buyer opens a dispute, both bring evidence, a moderator decides about the money."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import plain
from core.errors import Conflict, Invalid, NotFound
from market import orders, outbox
from market.access.orders import order_for_moving, order_for_reading
from market.actions.fulfilment import release
from market.actions.refunds import all_of, amount_of, claim_refund
from market.models import Dispute, Evidence, Order, Refund
from market.orders import BUYER, MODERATOR, State
from messenger.models import Attachment
from moderation.access import require_moderator
from moderation.actions.audit import record

MAX_EVIDENCE = 40  # of both sides together
Outcome = Dispute.Outcome


def open_dispute(*, by: User, order_id: int, reason: str, text: str) -> Dispute:
    text = plain(text)
    with transaction.atomic():
        order, _role = order_for_moving(by, order_id, "dispute")
        came_from = order.state
        orders.move(order, "dispute", role=BUYER, by=by, data={"reason": reason})
        return Dispute.objects.create(order=order, opened_by=by, reason=reason, text=text, from_state=came_from)


def add_evidence(*, by: User, order_id: int, text: str, attachment: uuid.UUID | None = None) -> Evidence:
    """Raises Conflict("wrong_state", "too_much_evidence"), Invalid("empty"), NotFound("attachment_not_found")."""
    text = plain(text)
    if not text and attachment is None:
        raise Invalid("empty", _("Write something, or add a picture."), field="text")
    with transaction.atomic():
        order, _role = order_for_moving(by, order_id, None)
        dispute = _open_of(order)
        if dispute.evidence.count() >= MAX_EVIDENCE:
            raise Conflict("too_much_evidence", _("There is enough evidence for the moderators."), limit=MAX_EVIDENCE)
        if attachment is not None and not Attachment.objects.filter(pk=attachment, owner=by).exists():
            raise NotFound("attachment_not_found", _("No such file."))
        made = Evidence.objects.create(dispute=dispute, by=by, text=text, attachment_id=attachment)
        outbox.put("dispute.evidence", order=order, data={"evidence": made.pk, "by": by.pk})
    return made


def withdraw(*, by: User, order_id: int) -> Order:
    """The buyer is content after all."""
    with transaction.atomic():
        order, _role = order_for_moving(by, order_id, "withdraw_dispute")
        dispute = _open_of(order)
        act = "withdraw_to_shipped" if dispute.from_state == State.SHIPPED else "withdraw_to_delivered"
        orders.move(order, act, role=BUYER, by=by)
        _close(dispute, Outcome.WITHDRAWN, by=by)
    return order


def decide(*, by: User, order_id: int, outcome: str, refund_minor: int = 0, decision: str) -> Dispute:
    """A moderator decides: "released" pays the seller, "refunded" the buyer, "split" refunds so much and pays the rest.

    Raises Forbidden("moderator_needed"), Conflict("wrong_state"), Invalid("bad_amount"), Invalid("own_order").
    """
    require_moderator(by)
    decision = plain(decision)
    with transaction.atomic():
        order = orders.locked(order_for_reading(by, order_id)[0].pk)
        if by.pk in (order.buyer_id, order.seller_id):
            raise Invalid("own_order", _("Nobody decides about their own order."))
        orders.require_move(order, "decide", MODERATOR)
        dispute = _open_of(order)
        amount = _decide_money(order, outcome, refund_minor, by)
        data = {"outcome": outcome, "refund": amount}
        if outcome == Outcome.REFUNDED:
            orders.move(order, "decide_refund", role=MODERATOR, by=by, data=data)
        else:
            now = timezone.now()
            times = {"completed_at": now, "delivered_at": order.delivered_at or now}
            orders.move(order, "decide_release", role=MODERATOR, by=by, data=data, **times)
            release(order)
        _close(dispute, outcome, by=by, refund_minor=amount, decision=decision)
        record(by, "dispute.decided", "order", order.pk, **data, decision=decision)
    return dispute


def _decide_money(order: Order, outcome: str, refund_minor: int, by: User) -> int:
    if outcome == Outcome.RELEASED:
        return 0
    part = all_of(order) if outcome == Outcome.REFUNDED else amount_of(order, refund_minor)
    claim_refund(order, part, reason=Refund.Reason.DISPUTE, by=by)
    return part.total_minor


def _open_of(order: Order) -> Dispute:
    dispute = order.disputes.filter(outcome="").first()
    if dispute is None:
        raise orders.wrong_state(order)
    return dispute


def _close(dispute: Dispute, outcome: str, *, by: User, refund_minor: int = 0, decision: str = "") -> None:
    dispute.outcome, dispute.decided_by, dispute.decided_at = outcome, by, timezone.now()
    dispute.refund_minor, dispute.decision = refund_minor, decision
    dispute.save(update_fields=["outcome", "decided_by", "decided_at", "refund_minor", "decision"])
