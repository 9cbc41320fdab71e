"""A moderator's browser, and one of everything."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from market.actions import disputes
from market.models import (
    BooksCheck,
    Chargeback,
    CommissionRule,
    InboxEvent,
    OutboxEvent,
    Payment,
    Payout,
    ProhibitedRule,
    Refund,
    Review,
    WebhookDelivery,
    WebhookEndpoint,
)
from moderation.actions.moderators import make_moderator
from tests.conftest import make_user
from tests.market import trade
from tests.market.scenes import make_listing, make_photo


@pytest.fixture
def mod(db):
    user = make_user("mod")
    make_moderator(user=user)
    return user


@pytest.fixture
def desk(mod) -> Client:
    client = Client()
    client.force_login(mod)
    return client


@pytest.fixture
def everything(alice, bob, run_all_tasks):
    """One row of each kind at least."""
    listing = make_listing(alice, price=2_500, stock=9)
    make_photo(listing)
    order = trade.bought(bob, listing, state="shipped")
    dispute = disputes.open_dispute(by=bob, order_id=order.pk, reason="damaged", text="It <b>rattles</b>.")
    payment = Payment.objects.get()
    Refund.objects.create(payment=payment, order=order, amount_minor=1, reason="goodwill", state="failed")
    shop = order.shop
    Payout.objects.create(shop=shop, provider="sandbox", amount_minor=5, currency="EUR", destination="DE0012345678")
    Chargeback.objects.create(payment=payment, provider="sandbox", reference="cb_1", amount_minor=7)
    InboxEvent.objects.create(provider="sandbox", event_id="evt_1", kind="x", subject="payment:x", body="SECRET")
    endpoint = WebhookEndpoint.objects.create(shop=shop, url="https://shop.example/hook", secret="whsec_hidden")
    WebhookDelivery.objects.create(endpoint=endpoint, event_id=uuid.uuid4(), kind="x", body="HIDDEN", state="failed")
    Review.objects.create(
        order=order, side="buyer", author=bob, about_shop=order.shop, stars=1, text="Bad", published_at=timezone.now()
    )
    ProhibitedRule.objects.create(words="white powder", reason="No drugs")
    CommissionRule.objects.create(rate_bp=500)
    OutboxEvent.objects.update(told_at=None)
    BooksCheck.objects.create(failures=[])
    return dispute
