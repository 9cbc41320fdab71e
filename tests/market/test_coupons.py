"""Coupons: the seller's terms, and that nobody gets more out of one than they allow."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import limits
from core.errors import Conflict, DomainError
from market.actions.coupons import (
    coupon_for_checkout,
    create_coupon,
    delete_coupon,
    discount_of,
    edit_coupon,
    give_back,
    take_coupon,
)
from market.models import Coupon, CouponUse, Order
from moderation.models import Sanction
from tests.conftest import make_user

from .deals import make_order, outcomes
from .scenes import make_listing, make_shop

pytestmark = pytest.mark.django_db
URL = "/api/v1/market/coupons"
SPRING = {"code": "spring", "kind": "percent", "value": 1_000}


@pytest.fixture
def shop(alice):
    return make_shop(alice)


@pytest.fixture
def coupon(alice, shop) -> Coupon:
    return create_coupon(by=alice, **SPRING)


def asked(coupon, buyer, items=10_000, code=None) -> str:
    """The code of the error, or "" when it can be used."""
    try:
        coupon_for_checkout(shop=coupon.shop, code=code or coupon.code, buyer=buyer, items_minor=items)
    except DomainError as error:
        return error.code
    return ""


# --- the seller's -------------------------------------------------------------------------------


def test_making_one(api, alice, shop):
    answer = api(alice).post(URL, {**SPRING, "use_count": 7, "shop": 99, "max_uses": 5}, format="json")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["code"], made["percent_bp"], made["amount"], made["use_count"]) == ("SPRING", 1_000, None, 0)
    fixed = api(alice).post(URL, {"code": "FIVE", "kind": "fixed", "value": 500}, format="json").json()
    assert (fixed["amount"]["minor"], fixed["amount"]["currency"], fixed["percent_bp"]) == (500, "EUR", None)
    assert [one["code"] for one in api(alice).get(URL).json()["results"]] == ["FIVE", "SPRING"]
    again = api(alice).post(URL, SPRING, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "coupon_exists")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "a b"}, "bad_code"), ({"code": "x"}, "bad_code"), ({"code": "=1+1"}, "bad_code"),
        ({"value": 0}, "invalid"), ({"value": -1}, "invalid"), ({"value": 1.5}, "invalid"),
        ({"value": 1e15}, "invalid"),
        ({"value": 10_001}, "bad_value"), ({"kind": "gift"}, "invalid"), ({"max_uses": 0}, "invalid"),
        ({"per_buyer": 0}, "invalid"), ({"min_items_minor": -1}, "invalid"),
        ({"valid_from": "2030-01-02T00:00Z", "valid_until": "2030-01-01T00:00Z"}, "bad_period"),
    ],
)  # fmt: skip
def test_bad_terms(api, alice, coupon, change, code):
    assert api(alice).post(URL, {**SPRING, "code": "OTHER", **change}, format="json").json()["code"] == code
    assert Coupon.objects.count() == 1


def test_only_the_shop_s_own(api, bob, charlie, coupon):
    make_shop(charlie)
    for path in (f"{URL}/{coupon.pk}", f"{URL}/{2**62}", f"{URL}/{2**70}"):
        for user in (bob, charlie):
            assert api(user).get(path).status_code == 404
            assert api(user).patch(path, {"value": 10_000}, format="json").status_code == 404
            assert api(user).delete(path).status_code == 404
    assert api(bob).get(URL).json()["code"] == "shop_not_found"
    assert api(bob).post(URL, SPRING, format="json").json()["code"] == "shop_not_found"
    assert api(charlie).get(URL).json()["results"] == []
    assert api().get(URL).status_code == 401
    coupon.refresh_from_db()
    assert coupon.value == 1_000


def test_sanctioned_sellers_make_none(api, alice, shop):
    Sanction.objects.create(user=alice, kind="mute", reason="fraud")
    assert api(alice).post(URL, SPRING, format="json").json()["code"] == "sanctioned"


def test_changing_terms(api, alice, bob, coupon):
    listing = make_listing(alice)
    take_coupon(coupon, bob, make_order(listing, bob))
    address = f"{URL}/{coupon.pk}"
    assert api(alice).patch(address, {"value": 2_000, "max_uses": 1}, format="json").json()["percent_bp"] == 2_000
    assert api(alice).patch(address, {"code": "OTHER", "kind": "fixed"}, format="json").json()["code"] == "SPRING"
    take_back = edit_coupon(by=alice, coupon_id=coupon.pk, max_uses=None, per_buyer=5)
    take_coupon(take_back, bob, make_order(listing, bob))
    refused = api(alice).patch(address, {"max_uses": 1}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "below_use_count")


def test_deleting_keeps_what_was_used(alice, bob, coupon):
    unused = create_coupon(by=alice, code="UNUSED", kind="fixed", value=1)
    take_coupon(coupon, bob, make_order(make_listing(alice), bob))
    delete_coupon(by=alice, coupon_id=unused.pk)
    delete_coupon(by=alice, coupon_id=coupon.pk)
    assert [(one.code, one.is_active) for one in Coupon.objects.all()] == [("SPRING", False)]


# --- at the checkout ----------------------------------------------------------------------------


def test_who_may_use_it_when(alice, bob, charlie, coupon):
    assert asked(coupon, bob, code=" spring ") == ""
    assert asked(coupon, bob, code="AUTUMN") == "coupon_unknown"
    other = make_shop(charlie)
    with pytest.raises(DomainError, match="coupon_unknown"):
        coupon_for_checkout(shop=other, code="SPRING", buyer=bob, items_minor=10_000)
    now = timezone.now()
    for terms, code in (
        ({"valid_until": now}, "coupon_expired"), ({"valid_from": now + timedelta(days=1)}, "coupon_not_yet"),
        ({"min_items_minor": 10_001}, "coupon_minimum"), ({"is_active": False}, "coupon_unknown"),
        ({"use_count": 3, "max_uses": 3}, "coupon_used_up"),
    ):  # fmt: skip
        fresh = {"valid_from": None, "valid_until": None, "min_items_minor": 0, "is_active": True, "use_count": 0}
        Coupon.objects.filter(pk=coupon.pk).update(**{**fresh, "max_uses": None, **terms})
        coupon.refresh_from_db()
        assert asked(coupon, bob) == code


def test_trying_codes_ends(bob, coupon, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "coupon", limits.per(3, limits.HOUR))
    assert [asked(coupon, bob, code=f"GUESS{number}") for number in range(4)][-1] == "rate_limited"


@pytest.mark.parametrize(
    ("kind", "value", "items", "discount"),
    [("percent", 1_000, 10_000, 1_000), ("percent", 1_000, 1_005, 101), ("percent", 1_000, 1_004, 100),
     ("percent", 10_000, 999, 999), ("percent", 1, 4_999, 0), ("percent", 1, 5_000, 1), ("fixed", 500, 10_000, 500),
     ("fixed", 500, 300, 300), ("fixed", 500, 0, 0)],
)  # fmt: skip
def test_discounts_are_half_up_and_never_above(kind, value, items, discount):
    assert discount_of(Coupon(kind=kind, value=value), items) == discount


def test_once_per_buyer_unless_given_back(alice, bob, charlie, coupon):
    listing = make_listing(alice)
    order = make_order(listing, bob)
    use = take_coupon(coupon, bob, order)
    assert use.slot == 1
    assert asked(coupon, bob) == "coupon_used_by_you"
    with pytest.raises(Conflict, match="coupon_used_by_you"):
        take_coupon(coupon, bob, make_order(listing, bob))
    coupon.refresh_from_db()
    assert coupon.use_count == 1  # the refused one did not count
    take_coupon(coupon, charlie, make_order(listing, charlie))
    assert [give_back(order), give_back(order)] == [True, False]
    coupon.refresh_from_db()
    assert coupon.use_count == 1
    assert take_coupon(coupon, bob, make_order(listing, bob)).slot == 1


def test_what_ends_between_the_page_and_the_order_is_not_taken(alice, bob, coupon):
    order = make_order(make_listing(alice), bob)
    for terms in ({"is_active": False}, {"valid_until": timezone.now()}, {"max_uses": 2, "use_count": 2}):
        fresh = {"is_active": True, "valid_until": None, "max_uses": None, "use_count": 0}
        Coupon.objects.filter(pk=coupon.pk).update(**{**fresh, **terms})
        with pytest.raises(Conflict, match="coupon_used_up"):
            take_coupon(coupon, bob, order)
    assert not CouponUse.objects.exists()


# --- at once ------------------------------------------------------------------------------------


def check(coupon):
    coupon.refresh_from_db()
    assert coupon.use_count == CouponUse.objects.filter(coupon=coupon).count()


@pytest.mark.django_db(transaction=True)
def test_one_coupon_fifty_times(alice):
    listing = make_listing(alice)
    coupon = create_coupon(by=alice, **SPRING, max_uses=1)
    orders = [make_order(listing, make_user(f"person{number}")) for number in range(50)]
    told = outcomes(*(lambda order=order: take_coupon(coupon, order.buyer, order) for order in orders))
    assert told == sorted(["ok", *["coupon_used_up"] * 49])
    check(coupon)


@pytest.mark.django_db(transaction=True)
def test_one_buyer_on_eight_devices(alice, bob):
    listing = make_listing(alice)
    coupon = create_coupon(by=alice, **SPRING, per_buyer=2)
    orders = [make_order(listing, bob) for _one in range(8)]
    told = outcomes(*(lambda order=order: take_coupon(coupon, bob, order) for order in orders))
    assert told == sorted(["ok"] * 2 + ["coupon_used_by_you"] * 6)
    check(coupon)


@pytest.mark.django_db(transaction=True)
def test_giving_back_at_once_counts_once(alice, bob, charlie):
    listing = make_listing(alice)
    coupon = create_coupon(by=alice, **SPRING, max_uses=2)
    order, other = make_order(listing, bob), make_order(listing, charlie)
    take_coupon(coupon, bob, order)
    orders = [Order.objects.get(pk=order.pk) for _one in range(4)]
    outcomes(*(lambda one=one: give_back(one) for one in orders), lambda: take_coupon(coupon, charlie, other))
    check(coupon)
    assert coupon.use_count == 1
