"""The seller's desk: shop, delivery, coupons, replies, spreadsheet, webhooks."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from market.models import (
    Category,
    Coupon,
    DeliveryOption,
    Listing,
    ListingImport,
    QuickReply,
    Shop,
    WebhookEndpoint,
)
from tests.market.market_web import HOSTILE, assert_harmless, key_of, said, web
from tests.market.scenes import make_listing
from tests.market.selling.scene import picture

pytestmark = pytest.mark.django_db


def test_the_settings_of_the_shop(seller, alice):
    make_listing(alice)
    page = seller.get("/market/desk/shop/")
    assert_harmless(page)
    good = {"name": HOSTILE, "kind": "person", "country": "DE", "currency": "EUR", "ship_within_days": "2",
            "return_days": "14", "vat": "19", "is_away": "on", "away_message": HOSTILE, "about": HOSTILE}  # fmt: skip
    for _time in range(2):
        assert seller.post("/market/desk/shop/save", good).status_code == 302
    shop = Shop.objects.get()
    assert (shop.name, shop.vat_bp, shop.is_away) == (HOSTILE, 1_900, True)
    assert_harmless(seller.get("/market/desk/shop/"))
    for wrong in ({"name": ""}, {"kind": "business"}, {"country": "XX"}, {"currency": "USD"}, {"return_days": "-1"},
                  {"vat": "1e9"}, {"ship_within_days": "1.5"}):  # fmt: skip
        assert_harmless(seller.post("/market/desk/shop/save", {**good, **wrong}), 422)
    seller.post("/market/desk/shop/photo", {"photo": picture()})
    assert Shop.objects.get().photo
    for _time in range(2):
        seller.post("/market/desk/shop/photo", {"remove": "1"})
    assert not Shop.objects.get().photo


def test_ways_of_delivery(seller, alice, bob):
    make_listing(alice)
    make_listing(bob)
    way = DeliveryOption.objects.get(shop__owner=alice, kind="shipping")
    path = f"/market/desk/shop/ways/{way.pk}"
    data = {"way-kind": "shipping", "way-name": HOSTILE, "way-price": "5", "way-days_min": "2", "way-days_max": "4"}
    assert web(bob).post(path, data).status_code == 404
    seller.post(path, data)
    way.refresh_from_db()
    assert (way.name, way.price_minor, way.days_max) == (HOSTILE, 500, 4)
    for wrong in ({"way-price": "x"}, {"way-name": ""}, {"way-kind": "x"}, {"way-countries": "Atlantis"}):
        assert "banner--danger" in said(seller, seller.post(path, {**data, **wrong}))
    key = key_of(seller.get("/market/desk/shop/"))
    for _time in range(2):
        seller.post("/market/desk/shop/ways", {**data, "way-name": "Truck", "once": key})
    assert DeliveryOption.objects.filter(name="Truck").count() == 1
    for _time in range(2):
        seller.post(path, {"remove": "1"})
    way.refresh_from_db()
    assert not way.is_active


def test_coupons(seller, alice, bob):
    make_listing(alice)
    make_listing(bob)
    data = {"code": "spring", "kind": "percent", "value": "12,5", "max_uses": "10", "valid_until": "2030-01-31"}
    for _time in range(2):
        seller.post("/market/desk/coupons/add", data)
    coupon = Coupon.objects.get()
    assert (coupon.code, coupon.value, coupon.max_uses) == ("SPRING", 1_250, 10)
    for field, wrong in (("code", HOSTILE), ("value", "x"), ("value", "101"), ("max_uses", "0"), ("kind", "x")):
        assert_harmless(seller.post("/market/desk/coupons/add", {**data, "code": "OTHER", field: wrong}), 400)
    assert seller.post("/market/desk/coupons/add", {**data, "code": "O", "valid_until": "soon"}).status_code == 400
    path = f"/market/desk/coupons/{coupon.pk}"
    assert web(bob).post(path, {"act": "delete"}).status_code == 404
    seller.post(path, {"act": "off"})
    coupon.refresh_from_db()
    assert not coupon.is_active
    assert_harmless(seller.get("/market/desk/coupons/"))
    seller.post(path, {"act": "delete"})
    assert not Coupon.objects.exists()


def test_quick_replies(seller, alice, bob):
    make_listing(alice)
    make_listing(bob)
    for _time in range(2):
        seller.post("/market/desk/replies/add", {"title": "There", "text": HOSTILE})
    reply = QuickReply.objects.get()
    path = f"/market/desk/replies/{reply.pk}"
    assert web(bob).post(path, {"title": "x", "text": "y"}).status_code == 404
    assert_harmless(seller.get("/market/desk/replies/"))
    seller.post(path, {"title": "There", "text": "Yes."})
    assert QuickReply.objects.get().text == "Yes."
    assert "banner--danger" in said(seller, seller.post(path, {"title": "", "text": ""}))
    seller.post(path, {"remove": "1"})
    assert not QuickReply.objects.exists()


CSV = "external_id,title,category,kind,condition,price,stock\nB1,City bicycle,leisure/bicycles/,goods,good,{},1\n"


def test_a_spreadsheet_is_looked_through_then_brought_in(seller, alice, bob, run_all_tasks):
    make_listing(bob)
    file = SimpleUploadedFile(f"{HOSTILE}.csv", (CSV.format("185") + "B2,,x,goods,good,cheap,1\n").encode(), "text/csv")
    answer = seller.post("/market/desk/import/check", {"file": file})
    found = ListingImport.objects.get()
    page = seller.get(answer["Location"])
    assert_harmless(page)
    assert not Listing.objects.filter(shop__owner=alice).exists()
    for path in ("", "run"):
        assert web(bob).post(f"/market/desk/import/{found.pk}/{path}").status_code in (404, 405)
    assert web(bob).get(f"/market/desk/import/{found.pk}/").status_code == 404
    for _time in range(2):
        seller.post(f"/market/desk/import/{found.pk}/run", {"act": "run"})
    part = seller.get(f"/market/desk/import/{found.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "load delay" in part
    run_all_tasks()
    assert_harmless(seller.get(f"/market/desk/import/{found.pk}/"))
    assert Listing.objects.filter(shop__owner=alice, external_id="B1").exists()
    assert_harmless(seller.get("/market/desk/import/"))


def test_no_file_and_no_spreadsheet_are_said(seller):
    assert "banner--danger" in said(seller, seller.post("/market/desk/import/check"))
    file = SimpleUploadedFile("x.csv", b"\x00\x01\x02", "text/csv")
    assert "banner--danger" in said(seller, seller.post("/market/desk/import/check", {"file": file}))


def test_webhooks(seller, alice, bob):
    make_listing(alice)
    make_listing(bob)
    assert_harmless(seller.post("/market/desk/webhooks/add", {"once": "0" * 32, "url": "http://10.0.0.1/x"}), 400)
    key = key_of(seller.get("/market/desk/webhooks/"))
    data = {"once": key, "url": "https://shop.example.com/hook?x=<b>", "noun": ["order", "nonsense"]}
    answer = seller.post("/market/desk/webhooks/add", data)
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.kinds == ["order.*"]
    assert endpoint.secret in said(seller, answer)
    seller.post("/market/desk/webhooks/add", data)
    assert WebhookEndpoint.objects.count() == 1
    path = f"/market/desk/webhooks/{endpoint.pk}/"
    page = seller.get(path)
    assert_harmless(page)
    assert endpoint.secret not in page.content.decode()
    assert web(bob).get(path).status_code == 404
    for act in ("on", "ping", "renew", "replay", "off"):
        assert web(bob).post(f"{path}change", {"act": act}).status_code == 404, act
        assert seller.post(f"{path}change", {"act": act}).status_code == 302, act
    assert_harmless(seller.get(path))
    delivery = endpoint.deliveries.get()
    assert web(bob).post(f"{path}deliveries/{delivery.pk}").status_code == 404
    seller.post(f"{path}deliveries/{delivery.pk}")
    seller.post(f"{path}change", {"act": "delete"})
    assert seller.get(path).status_code == 404


def test_acts_of_the_desk_need_a_shop_a_person_and_the_token(alice, bob, client):
    make_listing(alice)
    acts = ["orders/batch", "listings/batch", "money/pay-out", "money/account", "shop/save", "shop/photo", "shop/ways"]
    acts += ["coupons/add", "replies/add", "webhooks/add"]
    for path in acts:
        assert web(bob).post(f"/market/desk/{path}").status_code == 404, path
        assert client.post(f"/market/desk/{path}").status_code == 302, path
        assert web(alice, enforce_csrf_checks=True).post(f"/market/desk/{path}").status_code == 403, path
        assert web(alice).get(f"/market/desk/{path}").status_code == 405, path


def test_the_tree_of_categories_is_there():
    assert Category.objects.filter(path="leisure/bicycles/").exists()
