"""Orders and what belongs to them as JSON: the card that both sides see alike, and the whole for one reader."""

from collections.abc import Sequence

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from accounts.serializers import sender_json, timestamp
from market import orders
from market.actions.fulfilment import has_open_return
from market.actions.returns import return_until
from market.actions.reviews import WRITTEN_WITHIN
from market.invoices import invoice_card_json
from market.models import (
    Dispute,
    Evidence,
    Order,
    OrderLine,
    OrderTransition,
    Payment,
    Refund,
    Return,
)
from market.money import money_json
from market.orders import BUYER, MODERATOR, SELLER, State
from market.queries.reviews import reviews_for_orders
from market.serializers.listings import shop_card_json
from market.serializers.reviews import reviews_json
from market.shapes.orders import (
    DisputeJSON,
    EvidenceJSON,
    OrderCardJSON,
    OrderJSON,
    OrderLineJSON,
    PaymentJSON,
    RefundJSON,
    ReturnJSON,
    TransitionJSON,
)
from messenger.serializers import attachment_json

ROLES = (BUYER, SELLER, MODERATOR)


def order_url(order: Order) -> str:
    return f"/market/orders/{order.pk}"


def photo_url(key: str, size: str = "small") -> str | None:
    return f"/media/listing-photos/{key}-{size}.webp" if key else None


# --- the card -----------------------------------------------------------------------------------


def order_card_json(order: Order) -> OrderCardJSON:
    return order_cards_json([order])[0]


def order_cards_json(found: Sequence[Order]) -> list[OrderCardJSON]:
    """At most six queries, however many."""
    load_orders(found)
    return [_card(order) for order in found]


def load_orders(found: Sequence[Order]) -> None:
    """What a card needs, at once; nothing that is loaded is asked again."""
    prefetch_related_objects(list(found), "buyer", "seller", "shop__owner", Prefetch("lines", OrderLine.objects.all()))


def _card(order: Order) -> OrderCardJSON:
    lines = list(order.lines.all())
    return {
        "id": order.pk,
        "number": order.number,
        "url": order_url(order),
        "state": order.state,  # type: ignore[typeddict-item]
        "state_label": str(order.get_state_display()),
        "fulfilment": order.fulfilment,  # type: ignore[typeddict-item]
        "title": title_of(lines),
        "photo": next((photo_url(line.photo_key) for line in lines if line.photo_key), None),
        "line_count": len(lines),
        "total": money_json(order.total_minor, order.currency),
        "refunded": money_json(order.refunded_minor, order.currency),
        "buyer": sender_json(order.buyer),
        "seller": sender_json(order.seller),
        "shop": shop_card_json(order.shop),
        "chat": order.chat_id,
        "moves": {role: orders.moves_of(order, role) for role in ROLES},
        "due_at": timestamp(order.due_at) if order.due_at else None,
        "due_what": due_what(order),
        "created_at": timestamp(order.created_at),
        "changed_at": timestamp(order.changed_at),
    }


def title_of(lines: Sequence[OrderLine]) -> str:
    if not lines:
        return ""
    first, more = lines[0].title, len(lines) - 1
    return ngettext("%(title)s and %(count)d more", "%(title)s and %(count)d more", more) % {
        "title": first, "count": more,
    } if more else first  # fmt: skip


def due_what(order: Order) -> str:
    """What happens by itself at `due_at`, in words."""
    if order.due_at is None:
        return ""
    return {
        State.CREATED: _("The order is let go unless it is paid by then."),
        State.PAID: _("The order is cancelled and refunded unless it is sent by then."),
        State.ACCEPTED: _("The order is cancelled and refunded unless it is sent by then."),
        State.SHIPPED: _("It counts as delivered then, unless the buyer objects."),
        State.DELIVERED: _("The order is completed and the seller paid then, unless the buyer objects."),
    }.get(State(order.state), "")


# --- the whole ----------------------------------------------------------------------------------


def order_json(order: Order, by: User, role: str) -> OrderJSON:
    """For its buyer, its seller or a moderator of its dispute; each sees what is theirs. At most twenty queries."""
    card = order_card_json(order)
    currency = order.currency
    dispute = order.disputes.prefetch_related("evidence__by", "evidence__attachment").order_by("-pk").first()
    result: OrderJSON = {
        **card,
        "moves": {**card["moves"], **_more_moves(order, card["moves"], role, by)},
        "group": order.group_id,
        "lines": [line_json(line, currency) for line in order.lines.all()],
        "items": money_json(order.items_minor, currency),
        "delivery": money_json(order.delivery_minor, currency),
        "discount": money_json(order.discount_minor, currency),
        "tax": money_json(order.tax_minor, currency),
        "delivery_details": order.delivery,
        "address": order.address if _may_know_address(order, role) else {},
        "note": order.note,
        "carrier": order.carrier,
        "tracking_number": order.tracking_number,
        "cancel_reason": order.cancel_reason,
        "seller_of_record": order.seller_of_record,
        "role": role,  # type: ignore[typeddict-item]
        "timeline": [transition_json(one) for one in order.transitions.select_related("by")],
        "payment": _payment_for(order, role),
        "refunds": [refund_json(one, currency) for one in order.refunds.order_by("pk")],
        "returns": [return_json(one) for one in order.returns.prefetch_related("lines").order_by("pk")],
        "dispute": dispute_json(dispute, currency) if dispute else None,
        "reviews": reviews_json(reviews_for_orders(by, [order]).get(order.pk, [])),
        "invoices": [invoice_card_json(one) for one in order.invoices.order_by("pk")],
    }
    if role == BUYER and order.handover_code and order.state in (State.PAID, State.ACCEPTED):
        result["handover_code"] = order.handover_code
    if role == SELLER:
        result["commission"] = money_json(order.commission_minor + order.commission_vat_minor, currency)
        result["payout_part"] = money_json(order.seller_part_minor, currency)
        result["refundable"] = money_json(order.total_minor - order.refunded_minor, currency)
    return result


def _may_know_address(order: Order, role: str) -> bool:
    """Where a buyer lives is for who sends something there, once it is paid. Moderators look it up on record."""
    return role == BUYER or (role == SELLER and order.paid_at is not None)


def _more_moves(order: Order, moves: dict[str, list[str]], role: str, by: User) -> dict[str, list[str]]:
    """What only a closer look tells: returns and reviews."""
    more = list(moves.get(role, ()))
    if role == BUYER and return_until(order) is not None and not has_open_return(order):
        more.append("return")
    if role in (BUYER, SELLER) and _may_review(order, by):
        more.append("review")
    return {role: more}


def _may_review(order: Order, by: User) -> bool:
    if order.state != State.COMPLETED or order.completed_at is None:
        return False
    return order.completed_at > timezone.now() - WRITTEN_WITHIN and not order.reviews.filter(author=by).exists()


def _payment_for(order: Order, role: str) -> PaymentJSON | None:
    payment = order.group.payments.order_by("-pk").first() if role == BUYER else None
    return payment_json(payment) if payment else None


def line_json(line: OrderLine, currency: str) -> OrderLineJSON:
    return {
        "id": line.pk,
        "listing": line.listing_id,
        "title": line.title,
        "variant_name": line.variant_name,
        "kind": line.kind,
        "photo": photo_url(line.photo_key),
        "unit_price": money_json(line.unit_price_minor, currency),
        "quantity": line.quantity,
        "subtotal": money_json(line.subtotal_minor, currency),
        "discount": money_json(line.discount_minor, currency),
        "refunded": money_json(line.refunded_minor, currency),
        "refunded_quantity": line.refunded_quantity,
    }


def transition_json(transition: OrderTransition) -> TransitionJSON:
    """Needs `by` loaded."""
    return {
        "number": transition.number,
        "act": transition.act,
        "state": transition.to_state,
        "label": act_label(transition.act),
        "role": transition.role,  # type: ignore[typeddict-item]
        "by": sender_json(transition.by) if transition.by else None,
        "data": transition.data,
        "at": timestamp(transition.created_at),
    }


def act_label(act: str) -> str:
    """What happened, for people."""
    labels = {
        "order": pgettext("what happened to an order", "Ordered"),
        "pay": pgettext("what happened to an order", "Paid; the money is held until the buyer confirms"),
        "pay_late": pgettext("what happened to an order", "Paid late; the order goes on"),
        "expire": pgettext("what happened to an order", "Not paid in time"),
        "abandon": pgettext("what happened to an order", "Given up before payment"),
        "accept": pgettext("what happened to an order", "Accepted by the seller"),
        "decline": pgettext("what happened to an order", "Cancelled by the seller"),
        "cancel": pgettext("what happened to an order", "Cancelled by the buyer"),
        "cancel_unsent": pgettext("what happened to an order", "Not sent in time, so cancelled"),
        "ship": pgettext("what happened to an order", "Sent"),
        "hand_over": pgettext("what happened to an order", "Handed over"),
        "deliver": pgettext("what happened to an order", "Service done"),
        "deliver_online": pgettext("what happened to an order", "Delivered in the chat"),
        "arrive": pgettext("what happened to an order", "Arrived"),
        "confirm": pgettext("what happened to an order", "Completed; the seller is paid"),
        "dispute": pgettext("what happened to an order", "Dispute opened"),
        "withdraw_to_shipped": pgettext("what happened to an order", "Dispute withdrawn"),
        "withdraw_to_delivered": pgettext("what happened to an order", "Dispute withdrawn"),
        "decide_release": pgettext("what happened to an order", "Dispute decided"),
        "decide_refund": pgettext("what happened to an order", "Dispute decided for the buyer"),
        "take_return": pgettext("what happened to an order", "Returned"),
        "refund_all": pgettext("what happened to an order", "Refunded"),
        "charge_back": pgettext("what happened to an order", "The buyer's bank took the money back"),
    }
    return labels.get(act) or pgettext("what happened to an order", "The money is back; the order goes on")


# --- what belongs to it -------------------------------------------------------------------------


def payment_json(payment: Payment) -> PaymentJSON:
    return {
        "id": payment.pk,
        "provider": payment.provider,
        "state": payment.state,  # type: ignore[typeddict-item]
        "amount": money_json(payment.amount_minor, payment.currency),
        "action_url": payment.action_url,
        "failure": payment.failure,
        "group": payment.group_id,
    }


def refund_json(refund: Refund, currency: str) -> RefundJSON:
    return {
        "id": refund.pk,
        "state": refund.state,  # type: ignore[typeddict-item]
        "amount": money_json(refund.amount_minor, currency),
        "reason": refund.reason,
        "reason_label": str(refund.get_reason_display()),
        "note": refund.note,
        "created_at": timestamp(refund.created_at),
    }


def return_json(row: Return) -> ReturnJSON:
    """Needs `lines` loaded."""
    return {
        "id": row.pk,
        "state": row.state,  # type: ignore[typeddict-item]
        "reason": row.reason,
        "answer": row.answer,
        "tracking_number": row.tracking_number,
        "lines": [{"line": line.line_id, "quantity": line.quantity} for line in row.lines.all()],
        "created_at": timestamp(row.created_at),
    }


def dispute_json(dispute: Dispute, currency: str) -> DisputeJSON:
    """Needs the evidence loaded."""
    return {
        "id": dispute.pk,
        "reason": dispute.reason,
        "reason_label": str(dispute.get_reason_display()),
        "text": dispute.text,
        "outcome": dispute.outcome,
        "outcome_label": str(dispute.get_outcome_display()) if dispute.outcome else "",
        "refund": money_json(dispute.refund_minor, currency),
        "decision": dispute.decision,
        "evidence": [evidence_json(one) for one in dispute.evidence.all()],
        "created_at": timestamp(dispute.created_at),
        "decided_at": timestamp(dispute.decided_at) if dispute.decided_at else None,
    }


def evidence_json(evidence: Evidence) -> EvidenceJSON:
    return {
        "id": evidence.pk,
        "by": sender_json(evidence.by) if evidence.by else None,
        "text": evidence.text,
        "attachment": {**attachment_json(evidence.attachment)} if evidence.attachment else None,
        "created_at": timestamp(evidence.created_at),
    }
