"""A copy of what I have in the market, and what a deleted account leaves behind there."""

import json
from contextlib import contextmanager

import pytest
from django.utils import timezone

from accounts.actions.deletion import delete_account
from market.actions.addresses import create_address
from market.actions.cart import add_to_cart
from market.actions.departing import depart
from market.actions.offers import make_offer
from market.actions.quotes import make_quote
from market.actions.reviews import write_review
from market.export import export_market
from market.models import Address, CartLine, Favourite, Listing, Offer, Quote, Stock
from moderation.actions.reports import remove_content, report_target
from moderation.models import Report

from .deals import make_order
from .scenes import make_listing, the_variant

pytestmark = pytest.mark.django_db
BERLIN = {"name": "Bob", "line1": "Torstraße 1", "city": "Berlin", "country": "DE"}


class Papers:
    """An archive in memory."""

    def __init__(self):
        self.files = {}

    def write_json(self, path, value):
        self.files[path] = json.loads(json.dumps(value, default=str))

    @contextmanager
    def open_lines(self, path):
        self.files[path] = []
        yield lambda value: self.files[path].append(json.loads(json.dumps(value, default=str)))

    def report(self, fraction):
        pass


@pytest.fixture
def bicycle(alice) -> Listing:
    return make_listing(alice, stock=5)


@pytest.fixture
def busy_bob(bob, alice, bicycle):
    create_address(by=bob, **BERLIN)
    add_to_cart(by=bob, variant_id=the_variant(bicycle).pk)
    make_quote(by=bob, variant_id=the_variant(bicycle).pk)
    make_offer(by=bob, variant_id=the_variant(bicycle).pk, amount_minor=7_000)
    order = make_order(bicycle, bob, completed_at=timezone.now())
    write_review(by=bob, order_id=order.pk, stars=4)
    make_offer(by=alice, variant_id=the_variant(make_listing(bob, title="Bob's lamp")).pk, amount_minor=7_000)
    Favourite.objects.create(user=bob, listing=bicycle)
    Listing.objects.filter(pk=bicycle.pk).update(favourite_count=1)
    return bob


def counted(papers):
    return {name.partition("/")[2]: len(found) for name, found in papers.files.items() if name.endswith("jsonl")}


def test_the_copy_holds_my_side_and_nothing_of_others(alice, busy_bob, charlie):
    papers = Papers()
    export_market(busy_bob, papers)
    assert papers.files["market/addresses.json"][0]["city"] == "Berlin"
    assert papers.files["market/cart.json"]["count"] == 1
    assert counted(papers) == {
        "listings.jsonl": 1, "offers.jsonl": 2, "quotes.jsonl": 1, "orders.jsonl": 1, "reviews.jsonl": 1
    }  # fmt: skip
    hers = Papers()
    export_market(alice, hers)
    assert hers.files["market/addresses.json"] == []
    assert counted(hers)["reviews.jsonl"] == 0  # what bob wrote of her is not shown yet
    nothing = Papers()
    export_market(charlie, nothing)
    assert set(counted(nothing).values()) == {0}


def test_who_leaves_holds_and_sells_nothing(alice, busy_bob, bicycle):
    delete_account(by=busy_bob)
    for _twice in range(2):
        depart(busy_bob, False)
    assert not Address.objects.exists()
    assert not CartLine.objects.exists()
    assert not Favourite.objects.exists()
    assert Stock.objects.get(pk=the_variant(bicycle).pk).reserved == 0
    assert Quote.objects.get().state == "cancelled"
    assert dict(Offer.objects.values_list("buyer__handle", "state")) == {"bob": "withdrawn", "alice": "declined"}
    bicycle.refresh_from_db()
    assert (bicycle.favourite_count, bicycle.state) == (0, "published")
    lamp = Listing.objects.get(title="Bob's lamp")
    assert lamp.state == "deleted"
    assert lamp.shop.closed_at is not None


def test_a_review_can_be_reported_and_taken_away(alice, busy_bob, charlie):
    order = busy_bob.orders_bought.get()
    review = order.reviews.get()
    with pytest.raises(Exception, match="review_not_found"):  # nobody sees it yet
        report_target(by=charlie, kind="review", target={"review": review.pk}, reason="spam")
    write_review(by=alice, order_id=order.pk, stars=5)
    report, _new = report_target(by=charlie, kind="review", target={"review": review.pk}, reason="spam")
    assert (report.subject, report.evidence["review"]["stars"]) == (busy_bob, 4)
    moderator = charlie.__class__.objects.create_superuser("mia", "mia@example.com", "x")
    remove_content(by=moderator, report=report)
    review.refresh_from_db()
    assert review.removed_at is not None
    assert Report.objects.get().state == "actioned"


def test_reporting_over_rest(api, alice, busy_bob, charlie):
    order = busy_bob.orders_bought.get()
    write_review(by=alice, order_id=order.pk, stars=5)
    of_alice, of_bob = order.reviews.get(side="buyer"), order.reviews.get(side="seller")

    def report(user, review):
        body = {"target_kind": "review", "review": review.pk, "reason": "spam"}
        return api(user).post("/api/v1/reports", body, format="json")

    assert report(alice, of_alice).status_code == 201
    assert report(busy_bob, of_alice).json()["code"] == "self"
    assert report(charlie, of_bob).status_code == 404  # what sellers say of buyers is not for everybody
