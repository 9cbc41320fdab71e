"""Selling and buying in a browser: from a photo to the reviews of both; two sellers in one cart; a refund.

Real pages, the embedded worker, and the sandbox for a bank. Each page is looked at by axe on the way.
"""

import io
import re

import pytest
from PIL import Image, ImageDraw

from tests.browser.conftest import until
from tests.browser.test_pages import check

SEED = """
from accounts.models import User
from market.finding.index import index_listings
from market.finding.words import learn_words
from market.models import Listing
from tests.market.scenes import make_category, make_listing
for handle, title, price, stock in (("charlie", "Desk lamp", 3_500, 40), ("alice", "Bicycle helmet", 2_500, 40)):
    owner = User.objects.get(handle=handle)
    if not Listing.objects.filter(shop__owner=owner, title=title).exists():
        make_listing(owner, title=title, price=price, stock=stock, category=make_category("home/lamps/"))
ids = list(Listing.objects.values_list("pk", flat=True))
index_listings(ids)
learn_words(ids)
"""
PAGES = {
    "bob": ["cart/", "orders/", "offers/", "sell/", "desk/"],
    "alice": [
        "desk/", "desk/orders/", "desk/listings/", "desk/money/", "desk/insights/", "desk/shop/", "desk/coupons/",
        "desk/replies/", "desk/import/", "desk/webhooks/", "offers/?role=seller", "sell/",
    ],
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def goods(server):
    server.manage("shell", "-v0", "-c", SEED)


def photo(name: str, color: str) -> dict:
    file = io.BytesIO()
    picture = Image.new("RGB", (900, 700), color)
    ImageDraw.Draw(picture).ellipse((200, 150, 700, 650), fill="white")
    picture.save(file, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}


def pay(page, card: str = "A good card") -> None:
    """On the bank's page."""
    page.wait_for_url("**/market/pay/sandbox/**")
    page.locator(".option-tile", has_text=card).click()
    page.get_by_role("button", name=re.compile("^Pay ")).click()


def put_into_cart(page, title: str) -> None:
    page.goto(f"/market/search?q={title}")
    page.get_by_role("link", name=title, exact=True).first.click()
    page.get_by_role("button", name="Add to cart").click()
    page.locator(".toast", has_text="in your cart").wait_for()


def list_a_bicycle(page, title: str) -> None:
    """As on a phone: photos first, then what it is, where, and at what price."""
    page.goto("/market/sell/")
    page.get_by_role("button", name="A thing").click()
    page.wait_for_url(re.compile(r"/market/sell/\d+/"))
    page.locator("input[data-photos]").set_input_files([photo("one.jpg", "green"), photo("two.jpg", "teal")])
    until(page, "document.querySelectorAll('.photo-tile .photo img').length >= 2", 30)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Category").select_option(label="Bicycles")
    page.locator("[name=attr-bike_type]").wait_for()
    page.locator("[name=attr-bike_type]").select_option(index=1)
    page.get_by_label("Condition").select_option(label="Good")
    page.locator("#price").fill("185")
    page.get_by_label("Town").fill("Berlin")
    page.get_by_text("Saved at").wait_for()


def test_from_a_photo_to_two_reviews(person):
    seller, buyer = person("alice", width=390), person("bob", width=390)
    title = "Citybike with a basket"
    list_a_bicycle(seller, title)
    check(seller)
    first = seller.locator("[data-photo]").first.get_attribute("data-photo")
    seller.get_by_role("button", name="Photo 1: one place back").click()
    until(seller, f"document.querySelector('[data-photo]').dataset.photo !== '{first}'")
    seller.reload()
    assert seller.get_by_label("Title").input_value() == title  # the draft has saved itself
    seller.get_by_role("button", name="Publish").click()
    seller.get_by_text("It can be seen by everybody now.").wait_for()

    buyer.goto("/market/search?q=citibike basket")
    buyer.get_by_role("link", name=title).first.click()
    buyer.get_by_role("link", name="Make an offer").click()
    dialog = buyer.get_by_role("dialog", name="Make an offer")
    dialog.locator("[name=amount]").fill("160")
    dialog.get_by_role("button", name="Send the offer").click()
    buyer.wait_for_url("**/c/**")

    seller.goto("/market/offers/?role=seller")
    check(seller)
    seller.get_by_role("button", name=re.compile("Accept")).click()
    seller.get_by_text("Agreed.").wait_for()

    buyer.goto("/market/offers/")
    check(buyer)
    buyer.get_by_role("link", name="To checkout").first.click()
    buyer.locator(".option-tile", has_text="Hand-over in person").click()
    check(buyer)
    buyer.get_by_role("button", name="Order and pay €160.00").click()
    pay(buyer, "asks once more")
    check(buyer)
    buyer.get_by_role("button", name="Yes, it is me").click()
    buyer.get_by_role("heading", name="€160.00 paid").wait_for()
    check(buyer)
    buyer.get_by_role("link", name=title).click()
    code = buyer.locator(".code-card__code").inner_text()
    check(buyer)
    order = buyer.url

    seller.goto(order)
    check(seller)
    seller.get_by_label("The buyer's code").fill("12")
    seller.get_by_role("button", name="Handed over").click()
    seller.locator("#code-error").wait_for()
    seller.get_by_label("The buyer's code").fill(code)
    seller.get_by_role("button", name="Handed over").click()
    seller.get_by_text("Done. Your part is in your balance.").wait_for()

    for page, stars, words in ((buyer, 5, "Rides well."), (seller, 4, "Came on time.")):
        page.goto(order)
        page.locator(f"label[for=star-{stars}]").click()
        page.get_by_label("In your words").fill(words)
        page.get_by_role("button", name="Send the review").click()
        page.get_by_text("Thank you for your review.").wait_for()
        check(page)
    buyer.reload()
    buyer.get_by_text("Came on time.").wait_for()


def test_a_cart_of_two_sellers_and_a_refund(person):
    buyer, seller = person("bob", width=390), person("alice")
    for title in ("Desk lamp", "Bicycle helmet"):
        put_into_cart(buyer, title)
    buyer.goto("/market/cart/")
    check(buyer)
    helmet = buyer.locator(".cart-line", has_text="Bicycle helmet")
    helmet.get_by_role("button", name="One more").click()
    buyer.get_by_text("€85.00").first.wait_for()  # 35 and twice 25
    buyer.locator(".cart-line", has_text="Desk lamp").get_by_role("button", name=re.compile("Remove")).click()
    buyer.get_by_role("button", name="Undo").click()
    buyer.locator(".cart-line", has_text="Desk lamp").wait_for()
    buyer.get_by_role("link", name="To checkout").click()

    for tile in buyer.locator(".option-tile", has_text="Parcel").all():
        tile.click()
    for field, value in (("Name", "Bob"), ("Street and number", "Lindenweg 4"), ("Town", "Berlin")):
        buyer.locator("#address").get_by_label(field, exact=True).fill(value)
    buyer.locator("#new-country").select_option("DE")
    buyer.get_by_role("button", name="Order and pay €94.80").wait_for()  # and twice 4.90
    check(buyer)
    buyer.get_by_role("button", name="Order and pay €94.80").click()
    pay(buyer, "declined")
    buyer.get_by_text("The card was declined.").wait_for()
    check(buyer)
    buyer.get_by_role("button", name="Pay €94.80").click()
    pay(buyer)
    buyer.get_by_role("heading", name="€94.80 paid").wait_for()
    assert buyer.locator(".order-row").count() == 2

    seller.goto("/market/desk/orders/")
    row = seller.locator(".pick-row", has_text="Bicycle helmet").first
    row.get_by_role("checkbox").check()
    row.get_by_label(re.compile("Tracking number")).fill("JD014600")
    seller.get_by_role("button", name="Mark as sent").click()
    seller.get_by_text("1 order is done.").wait_for()
    seller.goto("/market/desk/orders/?tab=on_the_way")
    seller.get_by_role("link", name="Bicycle helmet").first.click()
    seller.get_by_text("Give money back").click()
    seller.locator("#refund-amount").fill("10")
    check(seller)
    seller.get_by_role("button", name="Refund", exact=True).click()
    seller.get_by_text("The money is on its way back to the buyer.").wait_for()
    order = seller.url
    buyer.goto(order)
    buyer.get_by_text("−€10.00").first.wait_for()
    buyer.get_by_text("JD014600").first.wait_for()
    check(buyer)


def test_all_of_it_without_a_script(browser, server):
    """Forms and links alone: into the cart, ordered, paid."""
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto("/accounts/login/?next=/market/search%3Fq=lamp")
    page.locator("[name=login]").fill("bob")
    page.locator("[name=password]").fill("correct horse battery")
    page.locator("[name=password]").press("Enter")
    page.get_by_role("link", name="Desk lamp", exact=True).first.click()
    page.get_by_role("button", name="Add to cart").click()
    page.goto("/market/cart/")
    page.get_by_role("link", name="To checkout").click()
    page.get_by_role("button", name=re.compile("Order and pay")).click()
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    page.get_by_role("heading", name=re.compile("paid")).wait_for()
    context.close()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page_is_accessible_and_fits(person, width, scheme):
    for handle, paths in PAGES.items():
        page = person(handle, width=width, path="/market/")
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for path in paths:
            assert page.goto(f"/market/{path}").status == 200, path
            check(page)
