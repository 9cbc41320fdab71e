"""The demo of the market: shops with pictures, orders that add up, and a second run that changes nothing."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from PIL import Image

from market.demo.drawing.printing import KINDS, Order, print_one
from market.demo.reading import read_shops
from market.demo.shots import COLOURS, pictures_of
from market.demo.stocking import read_facts
from market.demo.trading import read_deals
from market.models import Category, LedgerTransaction, Listing, ListingPhoto, Stock
from market.queries.categories import attributes_of
from messenger.demo import building
from tests.market.trade import broken

pytestmark = pytest.mark.usefixtures("categories")


@pytest.fixture
def demo(db, monkeypatch):
    monkeypatch.setattr(building, "forget_drawings", lambda: None)
    call_command("demo", verbosity=0)
    call_command("demo_market", count=30, verbosity=0)


def check_everything_has_pictures_and_the_books_are_right():
    assert Listing.objects.count() == 30
    assert not Listing.objects.filter(photos=None).exists()
    for photo in ListingPhoto.objects.all():
        assert photo.thumb.startswith("data:image/webp")
        for name, (width, height) in photo.sizes.items():
            with default_storage.open(f"listing-photos/{photo.key}-{name}.webp") as file:
                assert Image.open(io.BytesIO(file.read())).size == (width, height)
    assert broken() == []


def check_a_second_run_changes_nothing():
    before = (Listing.objects.count(), ListingPhoto.objects.count(), LedgerTransaction.objects.count())
    said = io.StringIO()
    call_command("demo_market", stdout=said)
    assert "already" in said.getvalue()
    assert (Listing.objects.count(), ListingPhoto.objects.count(), LedgerTransaction.objects.count()) == before
    assert Stock.objects.exists()


def check_pictures_that_a_stopped_start_left_out_are_drawn_by_the_next():
    whole = ListingPhoto.objects.filter(listing=Listing.objects.order_by("pk")[0])
    whole.update(thumb="")
    names = [f"listing-photos/{photo.key}-{name}.webp" for photo in whole for name in photo.sizes]
    for name in names:
        default_storage.delete(name)
    call_command("demo_market", verbosity=0)
    assert not whole.filter(thumb="").exists()
    assert all(default_storage.exists(name) for name in names)


def test_the_demo(demo, subtests):
    """One building for all checks: it takes seconds."""
    for check in (
        check_everything_has_pictures_and_the_books_are_right,
        check_a_second_run_changes_nothing,
        check_pictures_that_a_stopped_start_left_out_are_drawn_by_the_next,
    ):
        with subtests.test(check.__name__):
            check()


def test_what_is_written_in_the_scripts_can_be_sold(db):
    """Every listing that is not built with --count: its category, its facts, its picture."""
    categories = {category.path: category for category in Category.objects.select_related("parent")}
    listings = [listing for shop in read_shops() for listing in shop.listings]
    assert len(listings) >= 300
    for number, listing in enumerate(listings):
        attributes = attributes_of(categories[listing.category])
        values = read_facts(listing, attributes)
        assert all(attribute.key in values for attribute in attributes if attribute.is_required), listing.title
        assert listing.picture is not None
        assert listing.picture.kind in KINDS
        assert {listing.picture.colour, listing.picture.accent} <= set(COLOURS)
        assert 2 <= len(pictures_of(listing, number)[0]) <= 6, listing.title
        assert listing.kind != "digital" or listing.digital_text, listing.title


def test_every_deal_is_about_something_that_is_there():
    listings = [listing for shop in read_shops() for listing in shop.listings]
    for deal in read_deals():
        for title, variant, _count in deal.goods:
            meant = [listing for listing in listings if listing.title.startswith(title)]
            assert any(variant == one.name for listing in meant for one in listing.variants), (title, variant)


@pytest.mark.parametrize("kind", ["bicycle-city", "sofa", "ticket"])
def test_a_picture_is_the_same_each_time(kind):
    order = Order(kind, "#d8434b", "#2f333c")
    assert print_one(order) == print_one(order)
