"""The Buy button, the bank's page, and what comes after it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from market.actions.quotes import make_quote
from market.models import (
    Order,
    Payment,
    Quote,
)
from tests.market.buying.scene import PLACE, form
from tests.market.market_web import assert_harmless, said, web
from tests.market.scenes import make_listing, the_variant
from tests.market.trade import broken, fill_cart, order

pytestmark = pytest.mark.django_db


def test_buying_holds_it_and_leads_to_the_checkout(buyer, bob, bicycle):
    answer = buyer.post("/market/buy", {"variant": the_variant(bicycle).pk, "quantity": 2, "next": "/market/"})
    quote = Quote.objects.get()
    assert answer["Location"] == f"/market/checkout?quote={quote.pk}"
    page = buyer.get(answer["Location"])
    assert_harmless(page)
    assert "data-countdown" in page.content.decode()
    buyer.post(PLACE, form(page, quote=quote.pk))
    assert Order.objects.get().items_minor == 20_000


def test_a_quote_is_its_buyers_alone(bob, charlie, bicycle):
    quote, _is_new = make_quote(by=bob, variant_id=the_variant(bicycle).pk)
    assert web(charlie).get(f"/market/checkout?quote={quote.pk}").status_code == 404
    assert web(charlie).post(f"/market/quotes/{quote.pk}/let-go").status_code == 302
    assert Quote.objects.get().state == "open"


def test_a_quote_whose_time_is_over_says_so(buyer, bob, bicycle, time_machine):
    quote, _is_new = make_quote(by=bob, variant_id=the_variant(bicycle).pk)
    time_machine.move_to(timezone.now() + timedelta(minutes=16))
    page = buyer.get(f"/market/checkout?quote={quote.pk}")
    assert page.status_code == 409
    assert "Hold it again" in page.content.decode()


def test_letting_go_frees_the_pieces(buyer, bob, bicycle):
    quote, _is_new = make_quote(by=bob, variant_id=the_variant(bicycle).pk)
    for _time in range(2):
        buyer.post(f"/market/quotes/{quote.pk}/let-go")
    assert the_variant(bicycle).stock.reserved == 0


def test_a_used_quote_leads_to_its_order(buyer, bob, bicycle):
    quote, _is_new = make_quote(by=bob, variant_id=the_variant(bicycle).pk)
    page = buyer.get(f"/market/checkout?quote={quote.pk}")
    buyer.post(PLACE, form(page, quote=quote.pk))
    assert buyer.get(f"/market/checkout?quote={quote.pk}")["Location"] == f"/market/orders/{Order.objects.get().pk}"


def test_after_a_declined_card_one_can_try_again(buyer, bob, bicycle):
    group = order(bob, bicycle, ship=False)
    page = buyer.post(f"/market/pay/{group.pk}")
    back = buyer.post(page["Location"], {"card": "declined"})
    text = said(buyer, back)
    assert "The card was declined." in text
    again = buyer.post(f"/market/pay/{group.pk}")
    buyer.post(again["Location"], {"card": "ok"})
    assert "paid" in buyer.get(f"/market/paid/{group.pk}").content.decode()
    assert Order.objects.get().state == "paid"
    assert broken() == []


def test_the_bank_asks_once_more(buyer, bob, bicycle):
    group = order(bob, bicycle, ship=False)
    page = buyer.post(f"/market/pay/{group.pk}")["Location"]
    assert "Is it you?" in buyer.post(page, {"card": "challenge"}).content.decode()
    assert buyer.post(page, {"answer": "yes"}).status_code == 302
    assert "paid" in buyer.get(f"/market/paid/{group.pk}").content.decode()


def test_a_payment_under_way_looks_again_by_itself(buyer, bob, bicycle, time_machine):
    group = order(bob, bicycle, ship=False)
    page = buyer.post(f"/market/pay/{group.pk}")["Location"]
    buyer.post(page, {"card": "hold"})
    part = buyer.get(f"/market/paid/{group.pk}", headers={"HX-Request": "true"}).content.decode()
    assert "load delay:3s" in part
    assert "<html" not in part
    time_machine.move_to(timezone.now() + timedelta(seconds=25))
    assert "load delay:3s" not in buyer.get(f"/market/paid/{group.pk}", headers={"HX-Request": "true"}).content.decode()


def test_nobody_sees_or_pays_what_others_ordered(bob, charlie, bicycle):
    group = order(bob, bicycle, ship=False)
    for path in (f"/market/paid/{group.pk}", f"/market/pay/{group.pk}"):
        assert web(charlie).get(path).status_code == 404
    assert web(charlie).post(f"/market/pay/{group.pk}").status_code == 404


def test_the_page_between_leads_to_a_provider_elsewhere(buyer, bob, bicycle):
    group = order(bob, bicycle, ship=False)
    Payment.objects.update(state="pending", reference="ext", action_url="https://pay.example.com/x?a=1&b=2")
    text = buyer.get(f"/market/pay/{group.pk}").content.decode()
    assert 'content="1;url=https://pay.example.com/x?a=1&amp;b=2"' in text


def test_what_is_free_is_ordered_without_paying(buyer, bob, alice):
    gift = make_listing(alice, title="Books", price=0)
    fill_cart(bob, {gift: 1})
    page = buyer.get("/market/checkout?currency=EUR")
    assert "Order for free" in page.content.decode()
    answer = buyer.post(PLACE, form(page, currency="EUR"))
    assert "It is yours" in said(buyer, answer)


def test_unknown_charges_are_404(client):
    assert client.get("/market/pay/sandbox/ch_nothing").status_code == 404
