"""What moderators do in the market beside deciding disputes: each act with its reason, on record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, Invalid
from market import inbox, outbox
from market.actions import paying, payouts, refunds, reviews
from market.models import InboxEvent, Order, OutboxEvent, Payment, Payout, Refund, Review, Shop, WebhookDelivery
from market.tasks.telling import tell
from market.tasks.webhooks import deliver
from messenger.actions.threads import add_to_thread, remove_from_thread
from moderation.access import require_moderator
from moderation.actions.audit import record, record_reading

# --- shops, reviews, threads ---------------------------------------------------------------------


def freeze_payouts(*, by: User, shop: Shop, reason: str) -> None:
    """No money leaves until it is lifted; sales go on. The owner is told. Twice keeps the first time and reason."""
    require_moderator(by)
    _require_not_own(by, shop.owner_id)
    if not reason:
        raise Invalid("reason_needed", _("Say why."), field="reason")
    with transaction.atomic():
        rows = Shop.objects.filter(pk=shop.pk, payouts_frozen_at=None)
        if rows.update(payouts_frozen_at=timezone.now(), payouts_frozen_reason=reason[:200]):
            record(by, "payouts.frozen", "shop", shop.pk, reason=reason)
            outbox.put("shop.payouts_frozen", shop=shop, data={"reason": reason[:200]})


def unfreeze_payouts(*, by: User, shop: Shop, reason: str) -> None:
    require_moderator(by)
    _require_not_own(by, shop.owner_id)
    if not reason:
        raise Invalid("reason_needed", _("Say why."), field="reason")
    with transaction.atomic():
        rows = Shop.objects.filter(pk=shop.pk).exclude(payouts_frozen_at=None)
        if rows.update(payouts_frozen_at=None, payouts_frozen_reason=""):
            record(by, "payouts.unfrozen", "shop", shop.pk, reason=reason)
            outbox.put("shop.payouts_unfrozen", shop=shop)


def remove_review(*, by: User, review: Review, reason: str) -> None:
    """Gone for everybody, the rating without it. Twice is once."""
    require_moderator(by)
    _require_not_own(by, review.author_id, review.about_user_id, review.about_shop.owner_id if review.about_shop else 0)
    with transaction.atomic():
        if Review.objects.filter(pk=review.pk, removed_at=None).exists():
            reviews.remove_review(review.pk)
            record(by, "review.removed", "review", review.pk, reason=reason, order=review.order_id)


def open_order(*, by: User, order: Order) -> None:
    """A moderator reads an order: where somebody lives, what they bought. That is on record, once an hour."""
    require_moderator(by)
    record_reading(by, "order.opened", "order", order.pk)


def join_thread(*, by: User, order: Order) -> int:
    """Into the thread of an order that is or was in dispute; everybody in it sees that. Answers the chat."""
    require_moderator(by)
    _require_not_own(by, order.buyer_id, order.seller_id)
    if order.chat_id is None or not order.disputes.exists():
        raise Conflict("no_thread", _("This order has no thread, or was never in dispute."))
    with transaction.atomic():
        add_to_thread(order.chat_id, by)
        record(by, "thread.joined", "order", order.pk, chat=order.chat_id)
    return order.chat_id


def leave_thread(*, by: User, order: Order) -> None:
    require_moderator(by)
    if order.chat_id is None or by.pk in (order.buyer_id, order.seller_id):
        return
    with transaction.atomic():
        remove_from_thread(order.chat_id, by)
        record(by, "thread.left", "order", order.pk, chat=order.chat_id)


def _require_not_own(by: User, *people: int | None) -> None:
    if by.pk in people:
        raise Invalid("own_affair", _("Nobody decides about their own affairs."))


# --- trying again -------------------------------------------------------------------------------


def ask_about_payment(*, by: User, payment: Payment) -> None:
    """What the provider knows of it now, into our books."""
    _again(by, "payment.asked", "payment", payment.pk, lambda: paying.reconcile_payment.enqueue(payment=payment.pk))


def retry_refund(*, by: User, refund: Refund) -> None:
    """A refused one as a new attempt; one under way is asked about once more. Raises Conflict for a finished one."""

    def act() -> None:
        if refund.state == Refund.State.CLAIMED:
            refunds.pay_refund.enqueue(refund=refund.pk)
        else:
            refunds.try_again(by=by, refund_id=refund.pk)

    _again(by, "refund.retried", "refund", refund.pk, act)


def retry_payout(*, by: User, payout: Payout) -> None:
    """One under way is asked about once more. One that failed gave its money back: the seller asks for a new one."""
    if payout.state != Payout.State.CLAIMED:
        raise Conflict("wrong_state", _("This payout is settled."))
    _again(by, "payout.retried", "payout", payout.pk, lambda: payouts.pay_out.enqueue(payout=payout.pk))


def refold(*, by: User, event: InboxEvent) -> None:
    """Read it once more: what is true is asked of the provider, so that does no harm."""

    def act() -> None:
        InboxEvent.objects.filter(pk=event.pk).update(folded_at=None, failure="")
        inbox.fold.enqueue(event=event.pk)

    _again(by, "inbox.retried", "inbox", event.pk, act)


def retell(*, by: User, event: OutboxEvent) -> None:
    """To those who have not heard it. Raises Conflict for one that all have heard."""
    if event.told_at is not None:
        raise Conflict("wrong_state", _("Everybody has heard this."))
    _again(by, "outbox.retried", "outbox", 0, lambda: tell.enqueue(event=str(event.pk)), event=str(event.pk))


def redeliver(*, by: User, delivery: WebhookDelivery) -> None:
    """To a shop's system, once more; its tries begin anew. Not while one is made, nor to one that is switched off."""

    def act() -> None:
        idle = Q(attempted_at=None) | Q(attempted_at__lte=timezone.now() - timedelta(minutes=1))
        rows = WebhookDelivery.objects.filter(
            idle | ~Q(state=WebhookDelivery.State.WAITING), pk=delivery.pk, endpoint__is_active=True
        )
        changes = {"state": WebhookDelivery.State.WAITING, "attempt_count": 0, "next_attempt_at": timezone.now()}
        if not WebhookDelivery.objects.filter(pk__in=rows.values("pk")).update(**changes, last_error=""):
            raise Conflict("wrong_state", _("It is being sent, or its address is switched off."))
        deliver.enqueue(delivery=delivery.pk)

    _again(by, "webhook.retried", "webhook", delivery.pk, act)


def _again(by: User, act: str, kind: str, pk: int, do: Callable[[], Any], **detail: Any) -> None:
    require_moderator(by)
    with transaction.atomic():
        do()
        record(by, act, kind, pk, **detail)
