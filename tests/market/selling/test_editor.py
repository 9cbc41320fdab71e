"""The page on which listings are made: fields, photos, variants, files; with and without a script."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from market.actions.shops import shop_of
from market.models import (
    DeliveryOption,
    Listing,
    ListingPhoto,
    Shop,
    Variant,
)
from messenger.actions.chats import create_chat
from tests.market.market_web import HOSTILE, assert_harmless, key_of, said, web
from tests.market.scenes import make_listing, make_variant, the_variant
from tests.market.selling.scene import picture
from tests.market.trade import bought, broken

pytestmark = pytest.mark.django_db


def filled(listing: Listing, **more) -> dict:
    """The editor's form of a bicycle, with some fields changed."""
    options = listing.shop.delivery_options.values_list("pk", flat=True)
    return {
        "kind": listing.kind,
        "title": "City bicycle",
        "category": "leisure/bicycles/",
        "condition": "good",
        "description": "Rides well.",
        "attr-bike_type": "city",
        "price": "185",
        "stock": "1",
        "stock_was": "1",
        "has_offers": "1",
        "takes_offers": "1",
        "has_options": "1",
        "option": list(options),
        "town": "Berlin",
        "latitude": "",
        "longitude": "",
        "digital_text": "",
        "max_per_buyer": "",
        "external_id": "",
        "act": "save",
        **more,
    }


def draft(client, kind: str = "goods", **files) -> Listing:
    answer = client.post("/market/sell/new", {"once": key_of(client.get("/market/sell/")), "kind": kind, **files})
    return Listing.objects.get(pk=int(answer["Location"].strip("/").split("/")[-1]))


def test_a_bicycle_from_photos_to_everybodys_eyes(seller, alice, run_all_tasks):
    listing = draft(seller, photos=[picture("one.jpg"), picture("two.jpg")])
    assert listing.photos.count() == 2
    run_all_tasks()
    page = seller.get(f"/market/sell/{listing.pk}/")
    assert_harmless(page)
    answer = seller.post(f"/market/sell/{listing.pk}/", filled(listing, act="publish"))
    assert answer["Location"].startswith(f"/market/l/{listing.pk}")
    listing.refresh_from_db()
    assert (listing.state, listing.price_minor, listing.place) == ("published", 18_500, "Berlin")
    assert listing.attributes["bike_type"] == "city"
    assert listing.cell_7 is not None


def test_a_draft_form_sent_twice_makes_one(seller):
    key = key_of(seller.get("/market/sell/"))
    places = {seller.post("/market/sell/new", {"once": key, "kind": "goods"})["Location"] for _time in range(2)}
    assert len(places) == 1
    assert Listing.objects.count() == 1
    draft(seller)  # an empty draft that waits is taken again
    assert Listing.objects.count() == 1


def test_all_that_is_missing_is_listed_at_once(seller):
    listing = draft(seller)
    empty = filled(listing, act="publish", title="", category="", price="", option=[], town="")
    answer = seller.post(f"/market/sell/{listing.pk}/", empty)
    assert_harmless(answer, 422)
    text = answer.content.decode()
    for name in ("title", "category", "price", "option"):
        assert f'id="{name}-error"' in text, name
    listing.refresh_from_db()
    assert listing.state == "draft"


def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(seller):
    listing = draft(seller)
    wrong = {"price": "1,2,3x", "stock": "many", "town": "Nowhereinparticular", "max_per_buyer": "0"}
    answer = seller.post(f"/market/sell/{listing.pk}/", filled(listing, title=HOSTILE, description=HOSTILE, **wrong))
    assert_harmless(answer, 422)
    for name in wrong:
        assert f'id="{name}-error"' in answer.content.decode(), name
    listing.refresh_from_db()
    assert listing.title == HOSTILE
    assert listing.price_minor is None
    assert_harmless(seller.get(f"/market/sell/{listing.pk}/"))


@pytest.mark.parametrize("price", ["-1", "1e9", "1.234", "99999999999999", "NaN", "١٠"])
def test_prices_that_are_none(seller, price):
    listing = draft(seller)
    answer = seller.post(f"/market/sell/{listing.pk}/", filled(listing, price=price))
    assert answer.status_code in (302, 422)
    listing.refresh_from_db()
    assert listing.price_minor in (None, 1_000)  # Arabic digits are digits


def test_yen_have_no_decimals(alice):
    shop = shop_of(alice)
    Shop.objects.filter(pk=shop.pk).update(currency="JPY")
    client = web(alice)
    listing = draft(client)
    assert client.post(f"/market/sell/{listing.pk}/", filled(listing, price="18.5")).status_code == 422
    assert client.post(f"/market/sell/{listing.pk}/", filled(listing, price="1850")).status_code == 302
    listing.refresh_from_db()
    assert (listing.currency, listing.price_minor) == ("JPY", 1850)


def test_drafts_save_themselves_what_is_right(seller):
    listing = draft(seller)
    answer = seller.post(f"/market/sell/{listing.pk}/autosave", filled(listing, price="x"))
    assert set(answer.json()["errors"]) == {"price"}
    listing.refresh_from_db()
    assert listing.title == "City bicycle"
    Listing.objects.update(state="published")
    assert seller.post(f"/market/sell/{listing.pk}/autosave", filled(listing)).status_code == 404


def test_nobody_elses_listing_can_be_touched(alice, bob, client):
    listing = make_listing(alice)
    base = f"/market/sell/{listing.pk}/"
    paths = ["", "autosave", "live", "delivery", "files", "files/remove", "photos", "photos/order", "photos/1/move"]
    paths += ["photos/1/remove", "photos/1/describe", f"variants/{the_variant(listing).pk}"]
    for path in paths:
        assert web(bob).post(base + path, {"act": "delete", "order": "1"}).status_code == 404, path
        answer = client.post(base + path)
        assert answer.status_code == 302, path
        assert "/accounts/login/" in answer["Location"], path
        assert web(alice, enforce_csrf_checks=True).post(base + path).status_code == 403, path
    assert web(bob).get(base).status_code == 404
    assert web(bob).get(f"{base}photos/row").status_code == 404
    assert not Shop.objects.filter(owner=bob).exists()
    listing.refresh_from_db()
    assert listing.state == "published"


def test_saving_a_title_does_not_bring_back_what_was_sold(seller, alice, bob):
    listing = make_listing(alice, stock=3)
    form = filled(listing, stock="3", stock_was="3", category=listing.category.path)
    bought(bob, listing, state="shipped")
    assert seller.post(f"/market/sell/{listing.pk}/", form).status_code == 302
    assert the_variant(listing).stock.on_hand == 2
    assert broken() == []


def test_variants_are_added_changed_and_removed(seller, alice):
    listing = make_listing(alice, stock=1)
    first = the_variant(listing)
    form = filled(listing, category=listing.category.path, **{f"v-{first.pk}-name": "Red", "v-new-name": "Blue",
                                                               "v-new-price": "120", "v-new-stock": "4"})  # fmt: skip
    for _time in range(2):
        assert seller.post(f"/market/sell/{listing.pk}/", form).status_code == 302
    blue = Variant.objects.get(name="Blue")
    assert (blue.price_minor, blue.stock.on_hand) == (12_000, 4)
    page = seller.get(f"/market/sell/{listing.pk}/")
    assert_harmless(page)
    assert f'name="v-{blue.pk}-price"' in page.content.decode()
    changed = {f"v-{blue.pk}-name": HOSTILE, f"v-{blue.pk}-price": "130", f"v-{blue.pk}-stock": "9",
               f"v-{blue.pk}-stock_was": "4"}  # fmt: skip
    assert seller.post(f"/market/sell/{listing.pk}/", {"title": "City bicycle", **changed}).status_code == 302
    blue.refresh_from_db()
    assert (blue.price_minor, blue.stock.on_hand, blue.name) == (13_000, 9, HOSTILE)
    assert_harmless(seller.get(f"/market/sell/{listing.pk}/"))
    for _time in range(2):
        seller.post(f"/market/sell/{listing.pk}/variants/{blue.pk}")
    assert list(listing.variants.filter(is_active=True)) == [first]
    seller.post(f"/market/sell/{listing.pk}/variants/{first.pk}")  # the last one stays
    assert listing.variants.filter(is_active=True).exists()


def test_a_taken_name_is_said_at_the_row(seller, alice):
    listing = make_listing(alice)
    other = make_variant(listing, name="Blue", price=1_000)
    answer = seller.post(f"/market/sell/{listing.pk}/", {"title": "Bicycle", "v-new-name": "Blue", "v-new-stock": "1"})
    assert answer.status_code == 422
    assert 'id="v-new-name-error"' in answer.content.decode()
    assert other.name == "Blue"


def test_photos_without_and_with_a_script(seller, alice):
    listing = make_listing(alice)
    base = f"/market/sell/{listing.pk}/photos"
    assert seller.post(base, {"photos": [picture(), picture()]})["Location"].endswith("#photos")
    part = seller.post(base, {"photos": picture()}, headers={"HX-Request": "true"}).content.decode()
    assert part.count('class="photo-tile"') == 3
    first, second, third = listing.photos.order_by("position")
    seller.post(f"{base}/{third.pk}/move", {"by": "first"})
    seller.post(f"{base}/{first.pk}/move", {"by": "1"})
    assert list(listing.photos.order_by("position")) == [third, second, first]
    seller.post(f"{base}/order", {"order": f"{first.pk},{second.pk},{third.pk}"})
    assert list(listing.photos.order_by("position")) == [first, second, third]
    for order in ("", "x", f"{first.pk}", f"{first.pk},{second.pk},99"):
        seller.post(f"{base}/order", {"order": order})
    assert list(listing.photos.order_by("position")) == [first, second, third]
    seller.post(f"{base}/{first.pk}/describe", {"alt": HOSTILE})
    assert_harmless(seller.get(f"/market/sell/{listing.pk}/"))
    for _time in range(2):
        seller.post(f"{base}/{first.pk}/remove")
    assert ListingPhoto.objects.filter(listing=listing).count() == 2


def test_what_is_no_picture_is_said(seller, alice):
    listing = make_listing(alice)
    file = SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    answer = seller.post(f"/market/sell/{listing.pk}/photos", {"photos": file})
    assert "banner--danger" in said(seller, answer)
    assert not listing.photos.exists()


def test_digital_goods_take_files_and_courses_a_class(seller, alice):
    listing = draft(seller, "digital")
    file = SimpleUploadedFile(f"{HOSTILE}.txt", b"The key", "text/plain")
    seller.post(f"/market/sell/{listing.pk}/files", {"files": file})
    attachment = listing.files.get().attachment_id
    assert_harmless(seller.get(f"/market/sell/{listing.pk}/"))
    for _time in range(2):
        seller.post(f"/market/sell/{listing.pk}/files/remove", {"file": str(attachment)})
    assert not listing.files.exists()
    chat = create_chat(by=alice, kind="group", title="A class").membership.chat
    course = draft(seller, "course")
    assert "A class" in seller.get(f"/market/sell/{course.pk}/").content.decode()
    seller.post(f"/market/sell/{course.pk}/", {"kind": "course", "title": "Course", "course_chat": chat.pk})
    course.refresh_from_db()
    assert course.course_chat_id == chat.pk


def test_the_life_of_a_listing(seller, alice):
    listing = make_listing(alice, attributes={"bike_type": "city"})
    for act, state in (("pause", "paused"), ("resume", "published"), ("renew", "published"), ("sold", "sold")):
        for _time in range(2):
            assert seller.post(f"/market/sell/{listing.pk}/live", {"act": act}).status_code in (302, 422), act
        listing.refresh_from_db()
        assert listing.state == state
        assert_harmless(seller.get(f"/market/sell/{listing.pk}/"))
    key = key_of(seller.get(f"/market/sell/{listing.pk}/"))
    for _time in range(2):
        seller.post(f"/market/sell/{listing.pk}/live", {"act": "copy", "once": key})
    assert Listing.objects.count() == 2
    assert seller.post(f"/market/sell/{listing.pk}/live", {"act": "fly"}).status_code == 404
    seller.post(f"/market/sell/{listing.pk}/live", {"act": "delete"})
    assert seller.post(f"/market/sell/{listing.pk}/live", {"act": "delete"}).status_code == 404


def test_a_further_way_of_delivery_is_chosen_at_once(seller, alice):
    listing = make_listing(alice)
    key = key_of(seller.get(f"/market/sell/{listing.pk}/"), -1)
    way = {"once": key, "way-kind": "shipping", "way-name": HOSTILE, "way-price": "12.50", "way-countries": "de AT"}
    for _time in range(2):
        seller.post(f"/market/sell/{listing.pk}/delivery", way)
    made = DeliveryOption.objects.get(name=HOSTILE)
    assert (made.price_minor, made.countries) == (1_250, ["DE", "AT"])
    assert made in listing.delivery_options.all()
    assert_harmless(seller.get(f"/market/sell/{listing.pk}/"))


def test_towns_and_facts_are_suggested(seller):
    assert "Berlin" in seller.get("/market/sell/towns?town=berl").content.decode()
    assert seller.get("/market/sell/towns?town=").content.decode().strip() == ""
    assert 'name="attr-bike_type"' in seller.get("/market/sell/attributes?category=leisure/bicycles/").content.decode()
    for odd in ("", "nothing/", "x" * 500, HOSTILE):
        assert seller.get("/market/sell/attributes", {"category": odd}).status_code == 200


def test_the_editor_asks_the_database_a_constant_number_of_times(seller, alice, django_assert_max_num_queries):
    listing = make_listing(alice)
    for number in range(6):
        make_variant(listing, name=str(number), price=1_000)
    seller.get("/market/cart/")
    with django_assert_max_num_queries(32):
        seller.get(f"/market/sell/{listing.pk}/")


def test_a_variant_shows_a_photo_of_its_own_and_photos_are_described(seller, run_all_tasks):
    listing = draft(seller, photos=[picture("red.jpg"), picture("blue.jpg")])
    run_all_tasks()
    red = the_variant(listing)
    blue = make_variant(listing, name="Blue", price=18_500)
    _first, second = listing.photos.order_by("position")
    stranger = ListingPhoto.objects.filter(listing=draft(seller, photos=[picture("other.jpg")])).get()
    path = f"/market/sell/{listing.pk}/"
    rows = {f"v-{red.pk}-name": "Red", f"v-{blue.pk}-name": "Blue", f"v-{red.pk}-photo": ""}
    seller.post(path, filled(listing, **rows, **{f"v-{blue.pk}-photo": str(second.pk)}))
    blue.refresh_from_db()
    assert blue.photo == second
    assert f'name="v-{blue.pk}-photo" value="{second.pk}" checked' in seller.get(path).content.decode()
    refused = seller.post(path, filled(listing, **rows, **{f"v-{blue.pk}-photo": str(stranger.pk)}))
    assert refused.status_code == 422
    blue.refresh_from_db()
    assert blue.photo == second
    seller.post(path, filled(listing, **rows, **{f"v-{blue.pk}-photo": ""}))
    blue.refresh_from_db()
    assert blue.photo is None
    seller.post(f"{path}photos/{second.pk}/describe", {f"alt-{second.pk}": "A <b>blue</b> bicycle"})
    page = seller.get(path).content.decode()
    assert 'value="A &lt;b&gt;blue&lt;/b&gt; bicycle"' in page
