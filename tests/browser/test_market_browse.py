"""Browsing the market in a browser: axe on each page, by htmx and back, by keyboard, and without a script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import until
from tests.browser.test_pages import check

SEED = """
from accounts.models import User
from market.finding.index import index_listings
from market.finding.words import learn_words
from market.models import Listing
from market.places import spot_at
from tests.market.scenes import make_category, make_listing, make_photo, make_shop, make_variant
if not Listing.objects.exists():
    charlie = User.objects.get(handle="charlie")
    shop = make_shop(charlie, about="Bicycles, mended and sold.")
    spots = [("Berlin", 52.52, 13.405), ("Potsdam", 52.40, 13.06)]
    category = make_category("leisure/bicycles/")
    for number in range(30):
        place, latitude, longitude = spots[number % 2]
        listing = make_listing(
            charlie, title=f"City bicycle {number}", price=5_000 + 1_000 * number, stock=1 + number % 4, place=place,
            condition="good" if number % 3 else "new", category=category, **spot_at(latitude, longitude)._asdict(),
        )
        for _photo in range(3):
            make_photo(listing)
    shirt = make_listing(charlie, title="Shirt with a bicycle", stock=0, category=make_category("fashion/men/"))
    make_variant(shirt, name="Small", price=1_900, stock=1)
    make_variant(shirt, name="Large", price=2_100, stock=9)
    ids = list(Listing.objects.values_list("pk", flat=True))
    index_listings(ids)
    learn_words(ids)
"""
PAGES = [
    "/market/", "/market/search", "/market/search?view=list", "/market/c/leisure/bicycles/",
    "/market/search?near=Berlin&radius_km=50&view=map", "/market/search?q=unicorn&condition=new", "/market/favourites/",
    "/market/recent/", "/market/saved-searches/",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def goods(server):
    server.manage("shell", "-v0", "-c", SEED)


def open_listing(page, title: str) -> None:
    page.goto(f"/market/search?q={title}")
    page.get_by_role("link", name=title, exact=True).first.click()
    page.get_by_role("heading", name=title, level=1).wait_for()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page_is_accessible_and_fits(person, width, scheme):
    page = person("bob", width=width, path="/market/")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for path in PAGES:
        assert page.goto(path).status == 200, path
        check(page)
    for title in ("City bicycle 3", "Shirt with a bicycle"):
        open_listing(page, title)
        check(page)
    for name in ("Make an offer", "Ask the seller"):
        page.get_by_role("link", name=name).click()
        page.get_by_role("dialog", name=name).wait_for()
        check(page)
        page.keyboard.press("Escape")
    page.goto(page.locator(".seller__name").first.get_attribute("href"))
    check(page)


@pytest.mark.parametrize("path", ["/market/", "/market/search?q=bicycle", "/market/c/leisure/bicycles/"])
def test_signed_out_people_browse(page, path):
    page.goto(path)
    page.get_by_role("link", name=re.compile("City bicycle")).first.wait_for()
    check(page)
    page.get_by_role("link", name=re.compile("City bicycle")).first.click()
    page.get_by_role("button", name="Buy now").click()
    page.wait_for_url("**/accounts/login/?next=/market/l/**")


def test_filters_change_the_page_and_its_address_and_back_works(person):
    page = person("bob", path="/market/c/leisure/bicycles/")
    title = page.locator("#results-title")
    ten = page.locator("#results-title", has_text="10 things")
    page.get_by_role("checkbox", name="New").check()
    page.wait_for_url("**/market/c/leisure/bicycles/?condition=new")
    ten.wait_for()
    page.get_by_label("Price: to").fill("100")
    page.get_by_label("Price: to").press("Tab")
    page.wait_for_url("**/?condition=new&price_max=10000")
    assert page.get_by_role("checkbox", name="New").is_checked()
    page.get_by_label("Sort").select_option("cheapest")
    page.wait_for_url("**&sort=cheapest")
    page.go_back()  # the page comes anew from the server
    page.locator("#results-title", has_text="2 things").wait_for()
    page.wait_for_load_state("networkidle")
    page.go_back()
    page.wait_for_url("**/market/c/leisure/bicycles/?condition=new")
    ten.wait_for()
    page.get_by_role("link", name="New take off").click()
    page.wait_for_url("**/market/c/leisure/bicycles/")
    until(page, "document.activeElement.id === 'results-title'")
    assert "30 things" in title.text_content()


def test_filters_are_a_sheet_on_phones(person):
    page = person("bob", width=390, path="/market/search")
    assert not page.get_by_label("Price: to").is_visible()
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Price: to").fill("60")
    page.get_by_label("Price: to").press("Enter")
    page.wait_for_url("**/market/search?price_max=6000")
    assert page.get_by_label("Price: to").is_visible()  # one goes on choosing
    check(page)
    page.get_by_role("button", name="Close").first.click()
    assert not page.get_by_label("Price: to").is_visible()


def test_more_comes_below_and_hearts_stay(person):
    page = person("bob", path="/market/search")
    assert page.locator(".listing-card").count() == 24
    page.get_by_role("link", name="Show more").click()
    until(page, "document.querySelectorAll('.listing-card').length === 31")
    assert page.url.endswith("/market/search")
    heart = page.locator(".heart").nth(30)
    name = heart.get_attribute("aria-label")
    before = heart.get_attribute("aria-pressed")
    heart.click()
    until(page, f"document.querySelectorAll('.heart')[30].getAttribute('aria-pressed') !== '{before}'")
    page.goto("/market/favourites/")
    assert page.get_by_role("button", name=name).count() == (1 if before == "false" else 0)


def test_a_hexagon_of_the_map_filters_by_keyboard(person):
    page = person("bob", path="/market/search?near=Berlin&radius_km=50&view=map")
    hexagon = page.get_by_role("link", name=re.compile("15 things, .* to the south-west"))
    hexagon.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**cell=85*")
    assert "15 things" in page.locator("#results-title").text_content()
    assert page.get_by_role("link", name="One area of the map take off").count() == 1


def test_suggestions_by_keyboard(person):
    page = person("bob", path="/market/")
    page.keyboard.press("/")
    page.keyboard.type("city bic", delay=20)
    page.get_by_role("option").first.wait_for()
    check(page)
    page.keyboard.press("ArrowDown")
    assert page.locator("[role=option][aria-selected=true]").count() == 1
    page.keyboard.press("Escape")
    assert page.get_by_role("option").count() == 0
    page.keyboard.press("Enter")
    page.wait_for_url("**/market/search?q=city+bic")


def test_photos_by_keyboard_and_on_all_of_the_screen(person):
    page = person("bob", path="/market/")
    page.emulate_media(reduced_motion="reduce")
    open_listing(page, "City bicycle 5")
    counts = "[...document.querySelectorAll('[data-gallery-count]')].map((one) => one.textContent)"
    page.get_by_role("button", name="The next photo").click()
    until(page, f"{counts}[0] === '2'")
    page.get_by_role("link", name="Photo 2 of 3, all of the screen").click()
    until(page, f"{counts}[1] === '2'")
    page.keyboard.press("ArrowRight")
    until(page, f"{counts}[1] === '3'")
    check(page)
    page.keyboard.press("Escape")
    until(page, f"{counts}[0] === '3'")


def test_the_choice_of_a_variant_changes_price_and_stock(person):
    page = person("bob", path="/market/")
    open_listing(page, "Shirt with a bicycle")
    assert "€19.00" in page.locator("[data-price-shown]").text_content()
    page.get_by_role("radio", name="Large").check(force=True)
    expect(page.locator("[data-price-shown]")).to_contain_text("€21.00")
    expect(page.locator("[data-stock-words]")).to_have_text("9 left")
    page.locator("#buy-form").get_by_role("button", name="One more").click()
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="Cart, 2 things").wait_for()


def test_all_of_it_works_without_a_script(browser, server):
    context = browser.new_context(
        base_url=server.url, java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto("/market/search?q=bicycle")
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Price: to").fill("60")
    page.get_by_role("button", name="Apply").click()
    assert "to=60" in page.url
    assert page.get_by_role("link", name=re.compile("City bicycle")).count() == 2
    page.get_by_role("link", name=re.compile("City bicycle")).first.click()
    assert page.get_by_role("button", name="Buy now").is_visible()
    page.get_by_role("link", name="Photo 3", exact=True).click()
    assert "#photo-" in page.url
    context.close()


def test_a_first_visit_is_small(browser, server):
    """Under 100 KB over the wire, images aside."""
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    kinds, sizes = {}, []
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: kinds.get(event["requestId"]) != "Image" and sizes.append(event["encodedDataLength"]),
    )
    page.goto("/market/search", wait_until="networkidle")
    assert 10_000 < sum(sizes) < 100_000
    context.close()
