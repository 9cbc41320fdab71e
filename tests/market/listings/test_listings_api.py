"""REST of listings: drafts, publishing, edits, by their seller and others."""

import uuid

import pytest
from django.utils import timezone

from market.models import Category, Listing, OutboxEvent, Shop
from moderation.models import Sanction
from tests.market.listings.scene import BICYCLE, URL
from tests.market.scenes import make_listing, make_shop, the_variant

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return list(OutboxEvent.objects.order_by("created_at", "pk").values_list("kind", flat=True))


def create(client, body=None, key=None, **changes):
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return client.post(URL, {**(body or BICYCLE), **changes}, format="json", headers=headers)


def test_from_a_draft_to_a_listing(api, alice, bob):
    answer = create(api(alice))
    assert answer.status_code == 201, answer.json()
    draft = answer.json()
    assert (draft["state"], draft["price"]["minor"], draft["shop"]["name"]) == ("draft", 18_000, "Alice")
    assert draft["attributes"] == {"bike_type": "city", "frame_size": 54}
    assert {fact["label"]: fact["value"] for fact in draft["facts"]} == {"Type": "City", "Frame size": "54 cm"}
    assert [variant["on_hand"] for variant in draft["variants"]] == [1]
    assert {option["kind"] for option in draft["delivery"]} == {"in_person", "shipping"}
    assert api(bob).get(f"{URL}/{draft['id']}").status_code == 404

    published = api(alice).post(f"{URL}/{draft['id']}/publication")
    assert published.status_code == 200, published.json()
    assert published.json()["is_available"] is True
    seen = api().get(f"{URL}/{draft['id']}").json()
    assert (seen["state"], seen["title"], seen["is_mine"]) == ("published", "Green city bicycle", False)
    assert kinds().count("listing.published") == 1


def test_the_place_is_a_cell_and_nothing_more(api, alice):
    made = create(api(alice)).json()["location"]
    assert (made["latitude"], made["longitude"]) != (51.3397, 12.3731)
    assert abs(made["latitude"] - 51.3397) < 0.03
    row = Listing.objects.get()
    assert row.place == "Leipzig"
    assert "51.3397" not in str({field.name: getattr(row, field.name) for field in Listing._meta.concrete_fields})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("owner", 999),
        ("shop", 999),
        ("state", "published"),
        ("currency", "USD"),
        ("view_count", 5),
        ("has_stock", False),
    ],
)
def test_what_is_not_the_clients_to_say_is_ignored(api, alice, field, value):
    assert create(api(alice), **{field: value}).status_code == 201
    row = Listing.objects.get()
    assert (row.state, row.currency, row.view_count, row.has_stock) == ("draft", "EUR", 0, True)
    assert row.shop.owner == alice


@pytest.mark.parametrize("price", [-1, 1.5, "ten", 10**13, True, [], {"minor": 1}])
def test_prices_that_are_none(api, alice, price):
    answer = create(api(alice), price_minor=price)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), answer.json()
    assert not Listing.objects.exists()


@pytest.mark.parametrize("price", [0, 1, 10**9, 10**12])
def test_prices_that_are(api, alice, price):
    assert create(api(alice), price_minor=price).json()["price"]["minor"] == price


@pytest.mark.parametrize("pieces", [-1, 1.5, 10**9, "many"])
def test_numbers_of_pieces_that_are_none(api, alice, pieces):
    assert create(api(alice), on_hand=pieces).status_code == 400
    variant = the_variant(make_listing(alice))
    answer = api(alice).put(f"/api/v1/market/variants/{variant.pk}/stock", {"on_hand": pieces}, format="json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "no/such/"}, "category_not_found"),
        ({"attributes": {"wings": 2}}, "unknown_attribute"),
        ({"attributes": {"frame_size": "huge"}}, "bad_attribute"),
        ({"attributes": {"frame_size": -1}}, "bad_attribute"),
        ({"attributes": {"bike_type": ["city"]}}, "bad_attribute"),
        ({"attributes": {"bike_type": "rocket"}}, "bad_attribute"),
        ({"location": {"cell": "zzz"}}, "bad_place"),
        ({"location": {"cell": "8928308280fffff"}}, "bad_place"),
        ({"location": {"latitude": 91, "longitude": 0}}, "invalid"),
        ({"location": {"name": "nowhere"}}, "invalid"),
        ({"delivery_options": [2**40]}, "delivery_option_not_found"),
        ({"course_chat": 2**40}, "course_chat_unfit"),
        ({"max_per_buyer": 0}, "invalid"),
        ({"kind": "weapon"}, "invalid"),
        ({"title": "x" * 121}, "invalid"),
        ({"description": "x" * 10_001}, "invalid"),
    ],
)
def test_bad_input_is_named(api, alice, changes, code):
    answer = create(api(alice), **changes)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.json()
    assert not Listing.objects.exists()


def test_delivery_of_another_shop_is_not_mine(api, alice, bob):
    foreign = make_shop(bob).delivery_options.first()
    assert create(api(alice), delivery_options=[foreign.pk]).json()["code"] == "delivery_option_not_found"


def test_hostile_text_stays_in_its_place(api, alice):
    title = "\u202eelcycib\u202c <script>alert(1)</script>\n\n  two   lines\u200b"
    made = create(api(alice), title=title).json()
    assert made["title"] == "elcycib <script>alert(1)</script> two lines"


def test_sending_it_again_makes_no_second_one(api, alice):
    one, again = create(api(alice), key="k1"), create(api(alice), key="k1")
    assert one.json()["id"] == again.json()["id"]
    assert Listing.objects.count() == 1
    assert api(alice).post(URL, BICYCLE, format="json").json()["code"] == "idempotency_key_needed"


def test_what_is_missing_is_named(api, alice):
    draft = create(api(alice), {"title": "", "category": "fashion/shoes/"}).json()
    answer = api(alice).post(f"{URL}/{draft['id']}/publication")
    assert answer.status_code == 400
    assert answer.json()["code"] == "listing_incomplete"
    assert answer.json()["missing"] == ["title", "price", "attributes.shoe_size"]


def test_what_is_only_fetched_says_where(api, alice):
    in_person = make_shop(alice).delivery_options.get(kind="in_person")
    draft = create(api(alice), delivery_options=[in_person.pk], location=None).json()
    assert api(alice).post(f"{URL}/{draft['id']}/publication").json()["missing"] == ["location"]
    none = create(api(alice), delivery_options=[]).json()
    assert api(alice).post(f"{URL}/{none['id']}/publication").json()["missing"] == ["delivery"]


def test_a_service_may_be_without_a_price(api, alice):
    body = {"kind": "service", "title": "Repairs", "category": "services/repair/"}
    draft = create(api(alice), body).json()
    assert draft["available"] is None
    assert api(alice).post(f"{URL}/{draft['id']}/publication").status_code == 200


def test_digital_goods_need_something_to_give(api, alice):
    body = {"kind": "digital", "title": "Pattern", "category": "digital/templates/", "price_minor": 500}
    draft = create(api(alice), body).json()
    path = f"{URL}/{draft['id']}"
    assert api(alice).post(f"{path}/publication").json()["missing"] == ["digital"]
    api(alice).patch(path, {"digital_text": "The code is PINECONE."}, format="json")
    assert api(alice).post(f"{path}/publication").status_code == 200
    assert "PINECONE" not in api().get(path).content.decode()


def test_an_edit_raises_the_revision_and_is_told(api, alice):
    listing = make_listing(alice)
    path = f"{URL}/{listing.pk}"
    answer = api(alice).patch(path, {"title": "A blue bicycle", "revision": 1}, format="json")
    assert (answer.status_code, answer.json()["revision"]) == (200, 2)
    late = api(alice).patch(path, {"title": "A red bicycle", "revision": 1}, format="json")
    assert (late.status_code, late.json()["code"], late.json()["revision"]) == (409, "listing_changed", 2)
    assert kinds().count("listing.changed") == 1


def test_a_lower_price_is_told(api, alice):
    listing = make_listing(alice, price=10_000)
    path = f"{URL}/{listing.pk}"
    assert api(alice).patch(path, {"price_minor": 8_000}, format="json").json()["price"]["minor"] == 8_000
    told = OutboxEvent.objects.get(kind="listing.price_dropped")
    assert told.data == {"from": 10_000, "to": 8_000, "currency": "EUR"}
    api(alice).patch(path, {"price_minor": 9_000}, format="json")
    assert kinds().count("listing.price_dropped") == 1
    assert kinds().count("listing.price_changed") == 1


def test_what_is_published_stays_complete(api, alice):
    listing = make_listing(alice)
    answer = api(alice).patch(f"{URL}/{listing.pk}", {"title": ""}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "listing_incomplete")
    assert (
        api(alice).patch(f"{URL}/{listing.pk}", {"price_minor": None}, format="json").json()["code"] == "price_needed"
    )
    listing.refresh_from_db()
    assert (listing.title, listing.price_minor, listing.revision) == ("A green bicycle", 10_000, 1)


def test_another_category_keeps_the_facts_that_fit(api, alice):
    made = create(api(alice), attributes={"bike_type": "city", "brand": "Diamant", "color": "green"}).json()
    moved = api(alice).patch(f"{URL}/{made['id']}", {"category": "leisure/fitness/"}, format="json").json()
    assert moved["attributes"] == {"brand": "Diamant"}


@pytest.mark.parametrize(
    ("method", "part"),
    [
        ("patch", ""), ("delete", ""), ("post", "/publication"), ("delete", "/publication"), ("post", "/sale"),
        ("post", "/renewal"), ("post", "/copies"), ("post", "/variants"), ("post", "/photos"), ("put", "/files"),
        ("put", "/photos/order"),
    ],
)  # fmt: skip
def test_others_change_nothing_and_learn_nothing(api, alice, bob, method, part):
    listing = make_listing(alice)
    body = {"title": "Mine", "attachments": [], "photos": [], "name": "Red"}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    as_form = {} if part == "/photos" else {"format": "json"}
    answer = getattr(api(bob), method)(f"{URL}/{listing.pk}{part}", body if as_form else {}, headers=headers, **as_form)
    assert (answer.status_code, answer.json()["code"]) == (404, "listing_not_found"), answer.json()
    anonymous = getattr(api(), method)(f"{URL}/{listing.pk}{part}", body if as_form else {}, headers=headers, **as_form)
    assert anonymous.status_code == 401
    listing.refresh_from_db()
    assert (listing.title, listing.state, listing.revision) == ("A green bicycle", "published", 1)


def test_the_muted_do_not_sell(api, alice):
    listing = make_listing(alice)
    Sanction.objects.create(user=alice, kind="mute", reason="spam")
    assert create(api(alice)).json()["code"] == "sanctioned"
    for method, part in (("post", "/publication"), ("patch", ""), ("post", "/renewal")):
        answer = getattr(api(alice), method)(f"{URL}/{listing.pk}{part}", {}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "sanctioned")


def test_pause_sell_and_publish_again(api, alice):
    listing = make_listing(alice)
    path = f"{URL}/{listing.pk}"
    assert api(alice).delete(f"{path}/publication").json()["state"] == "paused"
    assert api(alice).delete(f"{path}/publication").json()["state"] == "paused"
    assert api(alice).post(f"{path}/sale").json()["state"] == "sold"
    assert api(alice).post(f"{path}/sale").json()["state"] == "sold"
    assert api(alice).delete(f"{path}/publication").json()["code"] == "not_published"
    assert kinds().count("listing.paused") == kinds().count("listing.sold") == 1
    listing.category = Category.objects.get(path="leisure/fitness/")
    listing.save()
    assert api(alice).post(f"{path}/publication").json()["state"] == "published"


def test_sold_out_needs_pieces_before_it_is_sold_again(api, alice):
    listing = make_listing(alice, state="sold", stock=0)
    answer = api(alice).post(f"{URL}/{listing.pk}/publication")
    assert (answer.status_code, answer.json()["code"]) == (409, "sold_out")


def test_a_draft_is_neither_sold_nor_renewed(api, alice):
    draft = make_listing(alice, state="draft", published_at=None)
    for part in ("sale", "renewal"):
        assert api(alice).post(f"{URL}/{draft.pk}/{part}").json()["code"] == "not_published"


def test_deleted_is_gone_for_all(api, alice):
    listing = make_listing(alice)
    assert api(alice).delete(f"{URL}/{listing.pk}").status_code == 204
    assert api(alice).delete(f"{URL}/{listing.pk}").status_code == 404
    assert api(alice).get(f"{URL}/{listing.pk}").status_code == 404
    assert api().get(f"{URL}/{listing.pk}").status_code == 404
    assert kinds().count("listing.deleted") == 1


def test_a_copy_is_a_draft_of_its_own(api, alice):
    make_listing(alice, external_id="A1", attributes={"brand": "Diamant"}, stock=3)
    source = Listing.objects.get()
    headers = {"Idempotency-Key": "copy"}
    copy = api(alice).post(f"{URL}/{source.pk}/copies", headers=headers).json()
    assert (copy["state"], copy["title"], copy["external_id"]) == ("draft", "A green bicycle", "")
    assert copy["attributes"] == {"brand": "Diamant"}
    assert [one["on_hand"] for one in copy["variants"]] == [3]
    assert len(copy["delivery"]) == 2
    assert api(alice).post(f"{URL}/{source.pk}/copies", headers=headers).json()["id"] == copy["id"]


def test_my_list_by_state_in_pages(api, alice, bob, django_assert_max_num_queries):
    for state in ("draft", "published", "published", "published", "deleted"):
        make_listing(alice, state=state)
    make_listing(bob)
    first = api(alice).get(f"{URL}?limit=2&state=published").json()
    second = api(alice).get(f"{URL}?limit=2&state=published&cursor={first['next']}").json()
    assert [len(first["results"]), len(second["results"]), second["next"]] == [2, 1, None]
    client = api(alice)
    client.get(URL)  # the first visit of a device writes down that it was here
    with django_assert_max_num_queries(14):
        assert len(client.get(URL).json()["results"]) == 4
    assert api(alice).get(f"{URL}?state=deleted").status_code == 400
    assert api().get(URL).status_code == 401


def test_the_kind_is_fixed_once_it_was_published(api, alice):
    listing = make_listing(alice)
    answer = api(alice).patch(f"{URL}/{listing.pk}", {"kind": "service"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "kind_fixed")


def test_the_sellers_number_is_there_once(api, alice, bob):
    assert create(api(alice), external_id="A1").status_code == 201
    assert create(api(alice), external_id="A1").json()["code"] == "external_id_taken"
    assert create(api(bob), external_id="A1").status_code == 201


def test_a_closed_shop_sells_no_more(api, alice):
    listing = make_listing(alice, state="paused")
    Shop.objects.update(closed_at=timezone.now())
    assert create(api(alice)).json()["code"] == "shop_closed"
    assert api(alice).post(f"{URL}/{listing.pk}/publication").json()["code"] == "shop_closed"


@pytest.mark.parametrize("number", ["0", str(2**63 - 1), str(2**63), "9" * 30])
def test_numbers_without_a_listing(api, alice, number):
    for client in (api(), api(alice)):
        assert client.get(f"{URL}/{number}").status_code == 404
