"""Two devices, or two people, at the same moment."""

import uuid

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from market.actions.listings import create_listing, edit_listing
from market.actions.photos import add_photo
from market.actions.publishing import mark_sold, publish_listing
from market.actions.shops import follow_shop, shop_of
from market.actions.variants import add_variant, set_stock
from market.models import DeliveryOption, Listing, ListingPhoto, OutboxEvent, Shop, ShopFollow, Stock, Variant
from tests.market.scenes import make_listing, make_photo, make_shop, the_variant
from tests.messenger.scenes import picture
from tests.messenger.together import together

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


@pytest.fixture(autouse=True)
def _tree(categories):
    pass


def test_one_shop_for_the_first_two_listings(alice):
    shops = together(*[lambda: shop_of(alice)] * AT_ONCE)
    assert len({shop.pk for shop in shops}) == Shop.objects.count() == 1
    assert DeliveryOption.objects.count() == 2


def test_published_once(alice):
    listing = make_listing(alice, state="draft", published_at=None, expires_at=None)
    results = together(*[lambda: publish_listing(by=alice, listing_id=listing.pk)] * AT_ONCE)
    assert {one.state for one in results} == {"published"}
    assert OutboxEvent.objects.filter(kind="listing.published").count() == 1


def test_sold_or_published_but_told_as_it_happened(alice):
    listing = make_listing(alice)
    together(*[lambda: mark_sold(by=alice, listing_id=listing.pk)] * AT_ONCE)
    assert OutboxEvent.objects.filter(kind="listing.sold").count() == 1


def test_the_twelfth_photo_is_the_last(alice):
    listing = make_listing(alice)
    for _one in range(11):
        make_photo(listing)
    file = picture(300, 200)

    def add():
        return add_photo(by=alice, listing_id=listing.pk, file=SimpleUploadedFile("a.jpg", file))

    results = together(*[add] * AT_ONCE)
    assert sum(isinstance(one, ListingPhoto) for one in results) == 1
    assert {getattr(one, "code", "") for one in results} == {"", "too_many_photos"}
    assert listing.photos.count() == 12
    assert len(default_storage.listdir("listing-sources")[1]) == 1  # the others left nothing behind


def test_the_fiftieth_variant_is_the_last(alice):
    listing = make_listing(alice)
    Variant.objects.bulk_create(Variant(listing=listing, name=str(n), price_minor=1) for n in range(48))
    names = [f"New {n}" for n in range(AT_ONCE)]
    calls = [lambda name=name: add_variant(by=alice, listing_id=listing.pk, name=name, price_minor=1) for name in names]
    results = together(*calls)
    assert sum(isinstance(one, Variant) for one in results) == 1
    assert listing.variants.count() == 50


def test_one_variant_of_a_name(alice):
    listing = make_listing(alice)
    results = together(*[lambda: add_variant(by=alice, listing_id=listing.pk, name="Red", price_minor=1)] * AT_ONCE)
    assert sum(isinstance(one, Variant) for one in results) == 1
    assert {getattr(one, "code", "") for one in results} == {"", "variant_name_taken"}


def test_followed_once(alice, bob):
    shop = make_shop(alice)
    together(*[lambda: follow_shop(by=bob, shop_id=shop.pk)] * AT_ONCE)
    shop.refresh_from_db()
    assert (shop.follower_count, ShopFollow.objects.count()) == (1, 1)


def test_of_two_edits_of_one_revision_one_counts(alice):
    listing = make_listing(alice)
    calls = [
        lambda n=n: edit_listing(by=alice, listing_id=listing.pk, revision=1, title=f"Title {n}")
        for n in range(AT_ONCE)
    ]
    results = together(*calls)
    assert sum(isinstance(one, Listing) for one in results) == 1
    assert {getattr(one, "code", "") for one in results} == {"", "listing_changed"}
    listing.refresh_from_db()
    assert listing.revision == 2


def test_stock_and_words_change_together(alice):
    """Whoever counts stock and whoever edits never wait for each other in a circle."""
    listing = make_listing(alice, stock=5)
    variant = the_variant(listing)
    calls = []
    for n in range(AT_ONCE):
        calls.append(lambda n=n: set_stock(by=alice, variant_id=variant.pk, on_hand=n % 2))
        calls.append(lambda n=n: edit_listing(by=alice, listing_id=listing.pk, title=f"Title {n}"))
    results = together(*calls)
    assert {getattr(one, "code", "") for one in results} <= {"", "stock_busy"}
    listing.refresh_from_db()
    assert listing.has_stock is bool(Stock.objects.get(pk=variant.pk).on_hand)
    assert listing.revision == 1 + AT_ONCE


def test_one_listing_of_a_number(alice):
    shop_of(alice)
    results = together(*[lambda: create_listing(by=alice, title="A", external_id="A1")] * AT_ONCE)
    assert sum(isinstance(one, Listing) for one in results) == 1
    assert Listing.objects.count() == 1


def test_one_key_one_listing(api, alice):
    key = str(uuid.uuid4())
    clients = [api(alice) for _one in range(3)]

    def create(client):
        return client.post(
            "/api/v1/market/listings", {"title": "A"}, format="json", headers={"Idempotency-Key": key}
        ).status_code

    codes = together(*[lambda client=client: create(client) for client in clients])
    assert set(codes) <= {201, 409}
    assert Listing.objects.count() == 1
