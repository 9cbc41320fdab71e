"""From the cart to the review over REST, as a mobile client does it; by owners, the other side and outsiders."""

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from market.models import CartLine, Order, OrderGroup, Stock
from tests.market.scenes import make_listing, make_variant, the_variant
from tests.market.trade import address_of, bought, broken, order, pay, the_order

pytestmark = pytest.mark.django_db
MARKET = "/api/v1/market/"
_keys = itertools.count()


@pytest.fixture
def shop(api, alice):
    return make_listing(alice, price=10_000, stock=3)


def post(client, path, body=None, **headers):
    return client.post(MARKET + path, body or {}, format="json", headers=headers)


def into_cart(client, listing, quantity=1):
    body = {"variant": the_variant(listing).pk, "quantity": quantity}
    answer = post(client, "cart/lines", body, **{"Idempotency-Key": f"cart-{next(_keys)}"})
    assert answer.status_code in (200, 201), answer.content


def wish(buyer, listing, **more):
    parcel = listing.shop.delivery_options.get(kind="shipping")
    return {"address": address_of(buyer).pk, "delivery": {str(listing.shop_id): parcel.pk}, **more}


def place(client, buyer, listing, key="key-1", **more):
    body = wish(buyer, listing, **more)
    total = post(client, "checkout/preview", body).json()["total"]["minor"]
    return post(client, "checkout", {**body, "expected_total_minor": total}, **{"Idempotency-Key": key})


def test_the_whole_way_over_rest(api, alice, bob, shop, run_all_tasks):
    buyer, seller = api(bob), api(alice)
    into_cart(buyer, shop, 2)
    placed = place(buyer, bob, shop)
    assert placed.status_code == 201, placed.content
    body = placed.json()
    assert (body["total"]["minor"], body["total"]["text"]) == (20_490, "€204.90")
    assert CartLine.objects.count() == 0
    payment = post(buyer, f"payments/{body['payment']['id']}/start").json()
    assert (payment["state"], bool(payment["action_url"])) == ("pending", True)
    assert post(buyer, f"payments/{payment['id']}/sandbox", {"card": "ok"}).json()["state"] == "succeeded"
    number = body["orders"][0]["id"]
    own = buyer.get(f"{MARKET}orders/{number}").json()
    assert (own["state"], own["role"], own["moves"]["buyer"]) == ("paid", "buyer", ["cancel"])
    assert "commission" not in own
    theirs = seller.get(f"{MARKET}orders/{number}").json()
    assert theirs["moves"]["seller"] == ["accept", "ship", "decline"]
    assert theirs["payment"] is None
    ship = {"act": "ship", "carrier": "DHL", "tracking_number": "123"}
    assert post(seller, f"orders/{number}/moves", ship).json()["tracking_number"] == "123"
    assert post(seller, f"orders/{number}/moves", ship).json()["code"] == "wrong_state"
    done = post(buyer, f"orders/{number}/moves", {"act": "confirm"}).json()
    assert (done["state"], done["moves"]["buyer"]) == ("completed", ["return", "review"])
    balance = seller.get(f"{MARKET}balance").json()
    assert balance["available"]["minor"] == theirs["payout_part"]["minor"]
    statement = seller.get(f"{MARKET}balance/statement").json()["results"]
    assert [(line["kind"], line["balance"]["minor"]) for line in statement] == [
        ("release", balance["available"]["minor"])
    ]
    run_all_tasks()
    assert broken() == []


def test_an_order_sent_twice_is_one_order(api, bob, shop):
    buyer = api(bob)
    into_cart(buyer, shop)
    first, second = place(buyer, bob, shop), None
    body = wish(bob, shop)
    second = post(buyer, "checkout", {**body, "expected_total_minor": 10_490}, **{"Idempotency-Key": "key-1"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.json() == second.json()
    other = post(buyer, "checkout", {**body, "expected_total_minor": 1}, **{"Idempotency-Key": "key-1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert post(buyer, "checkout", {**body, "expected_total_minor": 1}).json()["code"] == "idempotency_key_needed"
    assert Order.objects.count() == 1


def test_a_price_that_changed_stops_the_order(api, bob, shop):
    buyer = api(bob)
    into_cart(buyer, shop)
    the_variant(shop).__class__.objects.update(price_minor=12_000)
    body = {**wish(bob, shop), "expected_total_minor": 10_490}
    answer = post(buyer, "checkout", body, **{"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (409, "price_changed")
    assert (answer.json()["seen"], answer.json()["now"]) == (10_000, 12_000)
    assert OrderGroup.objects.count() == 0


@pytest.mark.parametrize(
    "hostile",
    [
        {"expected_total_minor": 0}, {"expected_total_minor": 1}, {"expected_total_minor": 10_489},
        {"expected_total_minor": 1_049_000},
    ],
)  # fmt: skip
def test_a_total_of_the_clients_own_buys_nothing(api, bob, shop, hostile):
    buyer = api(bob)
    into_cart(buyer, shop)
    answer = post(buyer, "checkout", {**wish(bob, shop), **hostile}, **{"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (409, "price_changed")
    assert OrderGroup.objects.count() == 0


@pytest.mark.parametrize(
    "hostile",
    [
        {"expected_total_minor": -1}, {"expected_total_minor": 1.5}, {"expected_total_minor": "free"},
        {"expected_total_minor": 2**63}, {"expected_total_minor": None}, {"address": "x"}, {"address": 2**70},
        {"delivery": {"x": 1}}, {"delivery": []}, {"coupons": {"1": ["a"]}}, {"quote": -1}, {"quote": 1e9},
        {"shops": "all"}, {"currency": "EUROS"},
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_the_field(api, bob, shop, hostile):
    buyer = api(bob)
    into_cart(buyer, shop)
    answer = post(buyer, "checkout", {**wish(bob, shop), "expected_total_minor": 10_490, **hostile},
                  **{"Idempotency-Key": "k"})  # fmt: skip
    assert answer.status_code in (400, 404), answer.content
    assert answer.json()["code"] in ("invalid", "bad_json", "quote_not_found")
    assert OrderGroup.objects.count() == 0


def test_price_currency_state_and_owner_from_a_client_are_ignored(api, bob, shop):
    buyer = api(bob)
    into_cart(buyer, shop)
    extra = {"price": 1, "total_minor": 1, "currency": "EUR", "state": "completed", "buyer": 1, "seller": bob.pk,
             "unit_price_minor": 1, "commission_minor": 0}  # fmt: skip
    answer = post(buyer, "checkout", {**wish(bob, shop), **extra, "expected_total_minor": 10_490},
                  **{"Idempotency-Key": "k"})  # fmt: skip
    assert answer.status_code == 201
    made = Order.objects.get()
    assert (made.total_minor, made.state, made.buyer, made.seller) == (10_490, "created", bob, shop.shop.owner)


def test_the_order_keeps_what_was_bought_whatever_the_listing_says_later(api, bob, shop):
    buyer = api(bob)
    into_cart(buyer, shop)
    number = place(buyer, bob, shop).json()["orders"][0]["id"]
    before = buyer.get(f"{MARKET}orders/{number}").json()
    shop.__class__.objects.update(title="A brick", description="Of clay.", price_minor=1)
    the_variant(shop).__class__.objects.update(price_minor=1, name="Small")
    shop.shop.__class__.objects.update(name="Another", return_days=0)
    after = buyer.get(f"{MARKET}orders/{number}").json()
    for name in ("lines", "total", "items", "seller_of_record", "delivery_details", "title"):
        assert after[name] == before[name]
    assert Order.objects.get().lines.get().description == "Rides well."


def test_outsiders_see_nothing_of_an_order(api, alice, bob, charlie, shop):
    made = bought(bob, shop)
    outsider = api(charlie)
    paths = [f"orders/{made.pk}", f"checkout/{made.group_id}", f"payments/{made.group.payments.get().pk}"]
    for path in paths:
        assert outsider.get(MARKET + path).status_code == 404, path
        assert api().get(MARKET + path).status_code == 401, path
    for path, body in {
        f"orders/{made.pk}/moves": {"act": "confirm"},
        f"orders/{made.pk}/refunds": {},
        f"orders/{made.pk}/returns": {"lines": [{"line": 1, "quantity": 1}], "reason": "x"},
        f"orders/{made.pk}/dispute": {"reason": "other", "text": "x"},
        f"orders/{made.pk}/dispute/evidence": {"text": "x"},
        f"checkout/{made.group_id}/payment": {},
        f"payments/{made.group.payments.get().pk}/start": {},
        f"payments/{made.group.payments.get().pk}/sandbox": {"card": "ok"},
    }.items():
        assert post(outsider, path, body).status_code == 404, path
    assert outsider.get(f"{MARKET}orders").json()["results"] == []
    assert outsider.get(f"{MARKET}orders?role=seller").json()["results"] == []
    made.refresh_from_db()
    assert made.state == "paid"


@pytest.mark.parametrize("act", ["accept", "decline", "ship", "hand_over", "deliver"])
def test_the_buyer_has_no_moves_of_the_seller(api, bob, shop, act):
    made = bought(bob, shop)
    answer = post(api(bob), f"orders/{made.pk}/moves", {"act": act, "code": "1"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_move")


@pytest.mark.parametrize("act", ["confirm", "cancel", "withdraw_dispute"])
def test_the_seller_has_no_moves_of_the_buyer(api, alice, bob, shop, act):
    made = bought(bob, shop, state="shipped")
    answer = post(api(alice), f"orders/{made.pk}/moves", {"act": act})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_move")


@pytest.mark.parametrize("body", [{"act": "teleport"}, {}, {"act": None}, {"act": "ship", "carrier": "x" * 61}])
def test_moves_that_do_not_exist(api, alice, bob, shop, body):
    made = bought(bob, shop)
    assert post(api(alice), f"orders/{made.pk}/moves", body).json()["code"] == "invalid"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0}, "invalid"), ({"amount_minor": -5}, "invalid"), ({"amount_minor": 1.5}, "invalid"),
        ({"amount_minor": 1_000_000_000}, "bad_amount"), ({"lines": [{"line": 1, "quantity": 0}]}, "invalid"),
        ({"lines": [{"line": 999, "quantity": 1}]}, "unknown_line"),
    ],
)  # fmt: skip
def test_refunds_of_what_is_not_there(api, alice, bob, shop, body, code):
    made = bought(bob, shop, state="shipped")
    answer = post(api(alice), f"orders/{made.pk}/refunds", body)
    assert answer.json()["code"] == code
    made.refresh_from_db()
    assert made.refunded_minor == 0


def test_refund_in_parts_up_to_the_whole(api, alice, bob, run_all_tasks):
    made = bought(bob, {make_listing(alice, price=3_333, stock=3): 3}, state="shipped")
    seller, line = api(alice), made.lines.get()
    assert post(seller, f"orders/{made.pk}/refunds", {"amount_minor": 500}).json()["amount"]["minor"] == 500
    piece = {"lines": [{"line": line.pk, "quantity": 1}]}
    assert post(seller, f"orders/{made.pk}/refunds", piece).status_code == 201
    rest = post(seller, f"orders/{made.pk}/refunds").json()["amount"]["minor"]
    made.refresh_from_db()
    assert (made.state, made.refunded_minor) == ("refunded", made.total_minor)
    assert rest == made.total_minor - 500 - 3_333
    assert post(seller, f"orders/{made.pk}/refunds").json()["code"] == "wrong_state"
    run_all_tasks()
    assert broken() == []


def test_lists_by_tab_and_page(api, alice, bob, shop):
    for _number in range(3):
        bought(bob, shop)
    buyer, seller = api(bob), api(alice)
    first = buyer.get(f"{MARKET}orders?limit=2&tab=open").json()
    rest = buyer.get(f"{MARKET}orders?limit=2&tab=open&cursor={first['next']}").json()
    assert [len(page["results"]) for page in (first, rest)] == [2, 1]
    assert len(seller.get(f"{MARKET}orders?role=seller&tab=to_do").json()["results"]) == 3
    assert seller.get(f"{MARKET}orders?role=seller&tab=done").json()["results"] == []
    number = first["results"][0]["number"]
    assert [one["number"] for one in buyer.get(f"{MARKET}orders?q={number}").json()["results"]] == [number]
    assert len(buyer.get(f"{MARKET}orders?q=green").json()["results"]) == 3
    assert buyer.get(f"{MARKET}orders?tab=nonsense").json()["code"] == "unknown_tab"


def test_queries_do_not_grow_with_what_is_shown(api, alice, bob, charlie):
    buyer = api(bob)

    def count(path):
        buyer.get(path)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert buyer.get(path).status_code == 200
        return len(found)

    bought(bob, make_listing(alice, price=1_000, stock=9))
    few = count(f"{MARKET}orders"), count(f"{MARKET}orders/{Order.objects.first().pk}")
    for _number in range(5):
        bought(bob, {make_listing(alice, price=1_000): 1, make_listing(alice, price=2_000): 1})
    many = count(f"{MARKET}orders"), count(f"{MARKET}orders/{Order.objects.last().pk}")
    assert few == many
    assert many[0] <= 9
    assert many[1] <= 26


def test_only_so_many_variants_as_there_are(api, alice, bob):
    listing = make_listing(alice, price=1_000, stock=1)
    red = make_variant(listing, name="Red", price=2_000, stock=5)
    group = order(bob, listing)
    assert Stock.objects.get(pk=the_variant(listing).pk).available == 0
    assert Stock.objects.get(pk=red.pk).available == 5
    pay(group)
    assert the_order(group).lines.get().unit_price_minor == 1_000
