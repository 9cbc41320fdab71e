"""What one may not see one never receives: in no answer, page, card, feed, file or note, however it is asked for."""

import io
import json
import uuid
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from accounts.models import Block, Export, User
from accounts.tasks import make_export
from market.actions.cart import add_to_cart
from market.actions.favourites import mark_favourite
from market.actions.sharing import share_listing
from market.finding.index import index_listings
from market.finding.words import learn_words
from market.models import Listing, Order, OutboxEvent, RecentView, ShopFollow, WebhookDelivery, WebhookEndpoint
from messenger.models import Message
from moderation.actions.moderators import make_moderator
from tests.conftest import make_user
from tests.market.market_web import web
from tests.market.scenes import make_listing, make_photo, the_variant
from tests.market.trade import address_of, bought, order
from tests.messenger.scenes import make_group

pytestmark = pytest.mark.django_db
WORD = "Quokkalamp"  # in the title of what must not be seen
MARKET = "/api/v1/market/"


@pytest.fixture
def lamp(alice, bob, charlie) -> Listing:
    """Seen, marked, put into the cart, followed, shared and asked about by bob while he could see it."""
    lamp = make_listing(alice, title=WORD, description=f"{WORD} of brass", stock=5)
    make_photo(lamp, key="quokkaphoto12345678", alt=WORD)
    make_listing(alice, title="Something else", stock=5)
    index_listings([lamp.pk])
    learn_words([lamp.pk])
    mark_favourite(by=bob, listing_id=lamp.pk)
    add_to_cart(by=bob, variant_id=the_variant(lamp).pk)
    RecentView.objects.create(user=bob, listing=lamp, viewed_at=lamp.published_at)
    ShopFollow.objects.create(user=bob, shop=lamp.shop)
    return lamp


def hide(lamp: Listing, how: str, bob: User) -> None:
    owner = lamp.shop.owner
    if how == "blocked":
        Block.objects.create(owner=owner, user=bob)
    elif how == "blocking":
        Block.objects.create(owner=bob, user=owner)
    elif how == "closed":
        lamp.shop.closed_at = lamp.published_at
        lamp.shop.save()
    else:
        Listing.objects.filter(pk=lamp.pk).update(state=how)
    index_listings([lamp.pk])


def places(lamp: Listing) -> list[str]:
    shop, variant = lamp.shop_id, the_variant(lamp).pk
    return [
        *(f"{MARKET}{path}" for path in (
            f"listings/{lamp.pk}", f"listings/{lamp.pk}/similar", f"listings/search?q={WORD}", "listings/search",
            f"shops/{shop}", f"shops/{shop}/listings", "favourites", "recent", "cart", "listings/map?near=52.5,13.4",
        )),
        *(f"/market/{path}" for path in (
            "", f"search?q={WORD}", "search", f"suggest?q={WORD[:5]}", f"l/{lamp.pk}", f"l/{lamp.pk}/x",
            f"listings/{lamp.pk}", f"listings/{lamp.pk}/offer", f"listings/{lamp.pk}/ask", f"listings/{lamp.pk}/share",
            f"listings/{lamp.pk}/report", f"shops/{shop}", "favourites/", "recent/", "cart/",
            f"cart/?removed={variant}", f"sell/{lamp.pk}/", "c/leisure/bicycles/",
        )),
    ]  # fmt: skip


def said(answer: Any) -> str:
    body = b"".join(answer) if answer.streaming else answer.content
    return f"{body.decode()} {answer.headers}"


@pytest.mark.parametrize("how", ["draft", "removed", "deleted", "closed", "blocked", "blocking"])
def test_what_is_hidden_comes_out_nowhere(api, alice, bob, lamp, how):
    rest, pages = api(bob), web(bob)
    before = [
        path for path in places(lamp) if WORD in said((rest if "/api/" in path else pages).get(path, follow=True))
    ]
    assert len(before) >= 20  # where it is looked for below, it had been
    hide(lamp, how, bob)
    asked = (f"q={WORD}", f"q={WORD[:5]}")  # what one typed oneself is shown again
    for path in places(lamp):
        answer = (rest if "/api/" in path else pages).get(path, follow=True)
        assert answer.status_code in (200, 404), path
        text = said(answer)
        assert "quokkaphoto" not in text, path
        assert f"/l/{lamp.pk}" not in text or path.startswith(f"/market/l/{lamp.pk}"), path
        assert WORD not in text or any(one in path for one in asked), path


@pytest.mark.parametrize("how", ["draft", "removed", "deleted", "closed"])
def test_what_is_hidden_is_in_no_feed_and_no_card(api, alice, bob, charlie, lamp, how, feed):
    assert WORD in feed("/market/feed/google.xml")
    assert str(lamp.pk) in web().get("/market/sitemap-0.xml").content.decode()
    group = make_group(bob, charlie)
    share_listing(by=bob, listing_id=lamp.pk, chats=[group.pk], client_ids=[uuid.uuid4()])
    hide(lamp, how, bob)
    for path in ("feed/google.xml", f"shops/{lamp.shop_id}/feed.xml"):
        assert WORD not in feed(f"/market/{path}"), path
    assert WORD.lower() not in web().get("/market/sitemap-0.xml").content.decode().lower()
    message = Message.objects.get(chat=group, card_kind="listing")
    shown = api(charlie).get(f"/api/v1/chats/{group.pk}/messages/{message.seq}").json()["card"]
    assert WORD not in json.dumps(shown["live"])
    assert shown["live"]["state"] in ("removed", "closed")


@pytest.mark.parametrize("how", ["draft", "removed", "deleted", "closed", "blocked"])
def test_what_is_hidden_is_in_no_copy_of_my_data(bob, lamp, how):
    hide(lamp, how, bob)
    assert WORD not in "".join(copy_of(bob).values())


def copy_of(user: User) -> dict[str, str]:
    """The market's files of an export."""
    export = Export.objects.create(user=user)
    make_export(export=str(export.pk))
    export.refresh_from_db()
    with zipfile.ZipFile(io.BytesIO(export.file.read())) as archive:
        names = [name for name in archive.namelist() if name.startswith("market/") and "json" in name]
        assert names
        return {name: archive.read(name).decode() for name in names}


# --- addresses ----------------------------------------------------------------------------------

STREET = "Ferry Street 3"


def test_an_address_goes_to_the_seller_of_what_is_sent_once_it_is_paid(api, alice, bob, charlie):
    lamp, other = make_listing(alice, stock=9), make_listing(charlie, stock=9)
    assert address_of(bob).line1 == STREET
    unpaid, paid = order(bob, lamp).orders.get(), bought(bob, lamp)
    handed = bought(bob, other, ship=False)
    for client, of, knows in (
        (api(bob), unpaid, True), (api(alice), unpaid, False),
        (api(bob), paid, True), (api(alice), paid, True), (api(charlie), paid, False),
        (api(charlie), handed, False), (api(bob), handed, False),
    ):  # fmt: skip
        answer = client.get(f"{MARKET}orders/{of.pk}")
        assert (STREET in answer.content.decode()) == knows, (of.pk, knows)
    for user, of, knows in ((alice, unpaid, False), (alice, paid, True), (charlie, handed, False)):
        assert (STREET in web(user).get(f"/market/orders/{of.pk}").content.decode()) == knows
    for path in ("orders?role=seller", "orders?role=seller&tab=to_pay", "listings", "offers", "balance/statement"):
        for seller in (alice, charlie):
            assert STREET not in api(seller).get(MARKET + path).content.decode(), path
    assert STREET in copy_of(alice)["market/orders.jsonl"]
    assert STREET not in "".join(copy_of(charlie).values())


def test_webhooks_have_the_address_of_what_is_sent_alone(alice, bob, charlie, run_all_tasks):
    lamp, other = make_listing(alice, stock=9), make_listing(charlie, stock=9)
    for shop in (lamp.shop, other.shop):
        WebhookEndpoint.objects.create(shop=shop, url="https://shop.example/x", secret="whsec_x", is_active=True)
    bought(bob, lamp, state="accepted")
    bought(bob, other, ship=False)
    run_all_tasks()
    bodies = {(one.endpoint.shop_id, one.kind): one.body for one in WebhookDelivery.objects.select_related("endpoint")}
    assert STREET in bodies[lamp.shop_id, "order.paid"]
    assert not [key for key, body in bodies.items() if key[0] == other.shop_id and STREET in body]


def test_moderators_find_an_address_on_the_desk_alone(api, alice, bob):
    made = bought(bob, make_listing(alice, stock=9), state="shipped")
    api(bob).post(f"{MARKET}orders/{made.pk}/dispute", {"reason": "other", "text": "x"}, format="json")
    referee = make_user("referee")
    make_moderator(user=referee)
    assert STREET not in api(referee).get(f"{MARKET}orders/{made.pk}").content.decode()
    assert STREET not in web(referee).get(f"/market/orders/{made.pk}").content.decode()


# --- the code of a hand-over --------------------------------------------------------------------


def test_the_code_of_a_hand_over_is_the_buyers_alone(api, alice, bob, run_all_tasks):
    lamp = make_listing(alice, stock=9)
    WebhookEndpoint.objects.create(shop=lamp.shop, url="https://shop.example/x", secret="whsec_x", is_active=True)
    made = bought(bob, lamp, ship=False, state="accepted")
    Order.objects.filter(pk=made.pk).update(handover_code="730194")
    api(alice).post(f"{MARKET}orders/{made.pk}/moves", {"act": "hand_over", "code": "000000"}, format="json")
    run_all_tasks()
    made.refresh_from_db()
    assert api(bob).get(f"{MARKET}orders/{made.pk}").json()["handover_code"] == "730194"
    referee = make_user("referee")
    make_moderator(user=referee)
    referee.user_permissions.set(Permission.objects.filter(content_type__app_label="market"))
    texts = {
        "rest": said(api(alice).get(f"{MARKET}orders/{made.pk}")),
        "list": said(api(alice).get(f"{MARKET}orders?role=seller")),
        "page": said(web(alice).get(f"/market/orders/{made.pk}")),
        "desk": said(web(alice).get("/market/desk/orders/")),
        "thread": said(api(bob).get(f"/api/v1/chats/{made.chat_id}/messages")),
        "copy": "".join(copy_of(alice).values()),
        "webhooks": "".join(WebhookDelivery.objects.values_list("body", flat=True)),
        "outbox": "".join(str(one) for one in OutboxEvent.objects.values_list("data", flat=True)),
        "cards": "".join(str(one) for one in Message.objects.values_list("card_snapshot", flat=True)),
        "admin": said(web(referee).get(f"/admin/market/order/{made.pk}/change/")),
        "admin list": said(web(referee).get("/admin/market/order/")),
    }
    for name, text in texts.items():
        assert "730194" not in text, name
        assert "730 194" not in text, name
    assert "T-0" in texts["admin"]
    assert "730194" in copy_of(bob)["market/orders.jsonl"]
