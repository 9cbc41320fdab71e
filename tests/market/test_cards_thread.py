"""The thread of an order, fed from the outbox: once per event, for its two people, and with what was bought."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import cards
from market import outbox
from market.models import Offer, OfferStep, Quote, Review
from market.telling.cards import tell_offer
from market.telling.thread import tell_thread
from messenger.models import Attachment, Chat, Membership, Message
from tests.messenger.conftest import heard, make_chat  # noqa: F401  (a fixture)
from tests.messenger.people import at_once, url

from .orders_in_chat import happened, make_order
from .scenes import make_listing, the_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(alice, bob):
    return make_order(bob, make_listing(alice, title="City bicycle", price=5_000))


def said(chat, kind="order"):
    rows = Message.objects.filter(chat=chat, card_kind=kind).order_by("seq")
    return [row.card_snapshot["what"] if kind == "order" else row.text for row in rows]


def test_the_first_event_makes_the_thread_and_each_is_said_once(alice, bob, charlie, order, api):
    paid = happened(order, "order.paid", act="pay", role="system")
    tell_thread(paid)
    tell_thread(paid)
    order.refresh_from_db()
    accepted = happened(order, "order.accepted", act="accept", role="seller", by=alice.pk)
    tell_thread(accepted)
    tell_thread(paid)
    assert said(order.chat) == ["order.paid", "order.accepted"]
    assert (order.chat.kind, order.chat.title, order.chat.pair_key) == ("order", "City bicycle", f"order:{order.pk}")
    for person, unread in ((alice, 0), (bob, 2)):
        assert api(person).get(url(order.chat)).json()["my"]["unread_count"] in (unread, 2)
    assert api(charlie).get(url(order.chat, "messages")).status_code == 404


def test_who_did_it_is_not_told_again(alice, bob, order, api):
    tell_thread(happened(order, "order.accepted", act="accept", role="seller", by=alice.pk))
    order.refresh_from_db()
    unread = [api(person).get(url(order.chat)).json()["my"]["unread_count"] for person in (alice, bob)]
    assert unread == [0, 1]


def test_both_see_whose_move_it_is(alice, bob, order, api):
    tell_thread(happened(order, "order.paid", act="pay", role="system"))
    order.refresh_from_db()
    live = api(bob).get(url(order.chat, "messages")).json()["messages"][0]["card"]["live"]
    assert (live["state"], live["total"]) == ("paid", {"minor": 5_000, "currency": "EUR"})
    assert "cancel" in live["moves"]["buyer"]
    assert "hand_over" in live["moves"]["seller"]
    assert "handover_code" not in str(live)


@pytest.mark.parametrize("state", ["created", "expired", "cancelled"])
def test_what_was_never_paid_for_makes_no_thread(alice, bob, order, state):
    type(order).objects.filter(pk=order.pk).update(state=state, paid_at=None)
    order.refresh_from_db()
    tell_thread(happened(order, f"order.{state}"))
    assert not Chat.objects.filter(kind="order").exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_thread(alice, bob, order, heard):  # noqa: F811
    event = happened(order, "order.paid", act="pay", role="system")
    at_once(*[lambda: tell_thread(event)] * 4)
    order.refresh_from_db()
    assert said(order.chat) == ["order.paid"]
    assert len(heard("chat.added")) == 1


@pytest.mark.django_db(transaction=True)
def test_both_are_told_wherever_they_are(alice, bob, order, heard):  # noqa: F811
    tell_thread(happened(order, "order.paid", act="pay", role="system"))
    (event,) = heard("order.changed")
    assert (event.users, event.data["live"]["state"]) == ((bob.pk, alice.pk), "paid")


@pytest.mark.django_db(transaction=True)
def test_the_outbox_tells_it(alice, bob, order, run_all_tasks):
    happened(order, "order.paid", act="pay", role="system")
    run_all_tasks()
    order.refresh_from_db()
    assert said(order.chat) == ["order.paid"]


# --- digital goods ------------------------------------------------------------------------------


def make_file(owner, name="map.pdf"):
    return Attachment.objects.create(owner=owner, kind="file", state="ready", name=name, mime="x/y", size=1, file="x")


def test_digital_goods_come_in_the_thread_once(alice, bob, charlie, api):
    listing = make_listing(alice, title="Map", kind="digital", digital_text="**Key** A1\n" + "x" * 5_000)
    for number in range(12):
        listing.files.create(attachment=make_file(alice, f"{number}.pdf"), position=number)
    order = make_order(bob, listing, fulfilment="online", state="delivered")
    event = happened(order, "order.delivered_online", act="deliver_online", role="system")
    tell_thread(event)
    tell_thread(event)
    order.refresh_from_db()
    texts = said(order.chat, "delivery")
    assert (texts[0], len("".join(texts))) == ("**Key** A1", 5_010)
    messages = [one for one in api(bob).get(url(order.chat, "messages")).json()["messages"] if one["attachments"]]
    assert [[file["name"] for file in one["attachments"]] for one in messages] == [
        [f"{number}.pdf" for number in range(10)], ["10.pdf", "11.pdf"],
    ]  # fmt: skip
    other = make_chat("group", bob, charlie, title="Other")
    body = {
        "from_chat": order.chat_id,
        "seqs": [messages[0]["seq"]],
        "to": [other.pk],
        "client_ids": [str(uuid.uuid4())],
    }
    assert api(bob).post("/api/v1/forwards", body, format="json").json()["code"] == "not_forwardable"


# --- courses ------------------------------------------------------------------------------------


def course(alice, bob, chat):
    listing = make_listing(alice, title="Knots", kind="course", course_chat=chat)
    order = make_order(bob, listing, fulfilment="online", state="delivered")
    return order, happened(order, "order.delivered_online", act="deliver_online", role="system")


def test_a_course_lets_the_buyer_into_the_class(alice, bob, charlie, api):
    api(bob).patch("/api/v1/me/privacy", {"group": "nobody"}, format="json")  # who pays wants in
    lessons = make_chat("group", alice, charlie, title="Knots")
    _order, event = course(alice, bob, lessons)
    tell_thread(event)
    tell_thread(event)
    assert Membership.objects.filter(chat=lessons, user=bob, state="active").count() == 1
    card = Message.objects.get(card_kind="delivery").card_snapshot
    assert (card["class"], card["problem"]) == (lessons.pk, "")


@pytest.mark.parametrize("why", ["no class", "not the seller's", "closed", "banned"])
def test_a_class_that_cannot_be_entered_is_said_to_both(alice, bob, charlie, why):
    lessons = make_chat("group", charlie if why == "not the seller's" else alice, title="Knots")
    if why == "closed":
        Chat.objects.filter(pk=lessons.pk).update(deleted_at="2026-01-01T00:00Z")
    if why == "banned":
        Membership.objects.create(chat=lessons, user=bob, state="banned")
    _order, event = course(alice, bob, None if why == "no class" else lessons)
    tell_thread(event)
    assert Message.objects.get(card_kind="delivery").card_snapshot["problem"] == "class_closed"
    assert not Membership.objects.filter(chat=lessons, user=bob, state="active").exists()


# --- offers -------------------------------------------------------------------------------------


@pytest.fixture
def offer(alice, bob):
    listing = make_listing(alice, title="City bicycle", price=5_000)
    chat = make_chat("direct", alice, bob)
    made = Offer.objects.create(
        listing=listing, variant=the_variant(listing), buyer=bob, amount_minor=4_000, currency="EUR", chat=chat,
        step_count=1, expires_at=listing.expires_at,
    )  # fmt: skip
    OfferStep.objects.create(offer=made, number=1, side="buyer", act="offer", amount_minor=4_000, note="Cash!")
    return made


def test_an_offer_is_a_message_of_the_one_who_makes_it(alice, bob, offer, api):
    Chat.objects.update(default_rights=31)
    event = outbox.put("offer.made", offer=offer, data={"step": 1, "side": "buyer", "act": "offer"})
    tell_offer(event)
    tell_offer(event)
    (message,) = api(alice).get(url(offer.chat, "messages")).json()["messages"]
    assert (message["sender"]["handle"], message["text"]) == ("bob", "Cash!")
    assert message["card"]["snapshot"]["amount"] == {"minor": 4_000, "currency": "EUR"}
    assert message["card"]["live"]["moves"]["seller"] == ["accept", "counter", "decline"]


def test_what_ran_out_or_cannot_be_said_by_them_the_service_says(alice, bob, offer, api):
    Chat.objects.update(default_rights=31)
    api(alice).put(f"/api/v1/blocks/{bob.pk}")
    tell_offer(outbox.put("offer.made", offer=offer, data={"step": 1, "side": "buyer", "act": "offer"}))
    OfferStep.objects.create(offer=offer, number=2, side="seller", act="expire")
    tell_offer(outbox.put("offer.expired", offer=offer, data={"step": 2, "side": "seller", "act": "expire"}))
    rows = list(Message.objects.order_by("seq").values_list("sender", "text"))
    assert rows == [(None, ""), (None, "")]


@pytest.mark.django_db(transaction=True)
def test_an_offer_without_a_chat_is_told_all_the_same(alice, bob, offer, heard):  # noqa: F811
    Offer.objects.update(chat=None)
    tell_offer(outbox.put("offer.made", offer=offer, data={"step": 1, "side": "buyer", "act": "offer"}))
    assert [event.users for event in heard("offer.changed")] == [(bob.pk, alice.pk)]
    assert not Message.objects.exists()


def test_what_was_agreed_is_paid_for_once(alice, bob, offer):
    Offer.objects.update(state="accepted")
    quote = Quote.objects.create(
        buyer=bob, variant=offer.variant, quantity=1, unit_price_minor=4_000, currency="EUR", source="offer",
        offer=offer, expires_at=offer.expires_at,
    )  # fmt: skip
    live = cards.live("offer", [offer.pk])[offer.pk]
    assert (live["quote"], live["is_ordered"], live["seller"]) == (quote.pk, False, alice.pk)
    Quote.objects.update(state="used")
    live = cards.live("offer", [offer.pk])[offer.pk]
    assert (live["quote"], live["is_ordered"]) == (None, True)


@pytest.mark.django_db(transaction=True)
def test_a_review_is_no_message_but_shows(alice, bob, order, heard):  # noqa: F811
    tell_thread(happened(order, "order.completed", act="confirm", role="buyer"))
    order.refresh_from_db()
    Review.objects.create(order=order, side="buyer", author=bob, stars=5)
    tell_thread(happened(order, "review.published"))
    assert said(order.chat) == ["order.completed"]
    assert heard("message.changed")[-1].data["card"]["live"]["reviewed"] == ["buyer"]


def test_a_page_of_orders_and_offers_costs_the_same(alice, bob, order, offer):
    def queries(kind, ids):
        with CaptureQueriesContext(connection) as captured:
            assert len(cards.live(kind, ids)) == len(ids)
        return len(captured)

    more = [make_order(bob, make_listing(alice)).pk for _ in range(3)]
    assert queries("order", [order.pk]) == queries("order", [order.pk, *more]) == 3
    assert queries("offer", [offer.pk]) <= 15
