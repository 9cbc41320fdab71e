"""The shop's page, and how many queries a page costs."""

import pytest

from market.serializers.listings import listing_url
from tests.market.browsing.scene import browser, put, text_of
from tests.market.scenes import make_listing, make_photo, make_shop

pytestmark = pytest.mark.django_db


def test_a_shop_tells_who_it_is(alice, bob):
    shop = make_shop(alice, kind="business", legal_name="Alice GmbH", tax_id="DE1", return_days=30, about="Hello")
    put(make_listing(alice, title="A lamp"))
    put(make_listing(alice, title="A bicycle"))
    page = text_of(browser(bob).get(f"/market/shops/{shop.pk}"))
    for words in ("Alice GmbH", "DE1", "Return within 30 days", "A lamp", "A bicycle"):
        assert words in page
    found = text_of(browser(bob).get(f"/market/shops/{shop.pk}?q=lamp"))
    assert "A lamp" in found
    assert "A bicycle" not in found
    assert "No reviews yet" in text_of(browser(bob).get(f"/market/shops/{shop.pk}/reviews"))
    assert browser().get("/market/shops/999999").status_code == 404


@pytest.mark.parametrize(
    ("path", "signed_out", "signed_in"),
    [
        ("/market/", 9, 19), ("/market/search", 6, 11), ("/market/search?near=52.52,13.405&view=map", 8, 14),
        ("/market/shops/{shop}", 8, 15), ("{listing}", 15, 23),
    ],
)  # fmt: skip
def test_a_page_costs_as_many_queries_for_many_as_for_few(
    alice, bob, django_assert_max_num_queries, path, signed_out, signed_in
):
    listing = put(make_listing(alice))
    address = path.format(shop=listing.shop_id, listing=listing_url(listing))
    for number in range(8):
        make_photo(put(make_listing(alice, title=f"Bicycle {number}", price=0 if number % 2 else 900)))
    for client, most in ((browser(), signed_out), (browser(bob), signed_in)):
        client.get(address)
        with django_assert_max_num_queries(most) as few:
            client.get(address)
        for number in range(4):
            put(make_listing(alice, title=f"Late bicycle {number}"))
        with django_assert_max_num_queries(len(few.captured_queries)):
            client.get(address)
