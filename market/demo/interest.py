"""What people look at, like, put into carts, haggle over and share: everything around the orders."""

import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from accounts.models import User
from market.actions import cart, offers, sharing
from market.actions.coupons import create_coupon
from market.actions.favourites import mark_favourite
from market.actions.saved_searches import save_search
from market.actions.shops import follow_shop
from market.models import Listing, ListingDay, Offer, RecentView, Variant
from messenger.models import Chat


class Do(Protocol):
    """Sets the clock to `when`, and acts."""

    def __call__(self, when: datetime, act: Callable[..., object], /, **arguments: Any) -> None: ...


_WEEKS = 4  # of view counts
_COUPONS = (("dana", "SPRING10", "percent", 1_000, 5_000), ("clara", "BENCH5", "fixed", 500, 3_000),
            ("marco", "EIGHT", "percent", 800, 0))  # fmt: skip
_CART = (("Children's helmet, 46 to 53 cm", "Pink", 1), ("A Year of Small Soups", "", 1), ("Notes on Rain", "", 2),
         ("Honey from the river meadows", "", 2), ("Sencha, first harvest", "", 1))  # fmt: skip
_FAVOURITES = (
    "City bicycle, new", "Sofa from the sixties", "Monstera, large", "Guitar lessons", "Rug, woven",
    "Evening, low water", "Teapot, glazed", "Tent for three", "Boots, blue", "Leo & Band", "Wooden train",
)  # fmt: skip
_SEARCHES = ({"q": "bicycle child seat"}, {"category": "home/furniture/", "price_max": "150"}, {"q": "ladder"})
_FOLLOWS = (("alice", "dana"), ("alice", "clara"), ("alice", "charlie"), ("bob", "dana"), ("erin", "clara"),
            ("charlie", "alice"), ("dana", "marco"), ("maria", "greta"))  # fmt: skip
# Who, for what, at how much, hours ago; then each further move: who, act, amount, words, hours ago.
_HAGGLING: tuple[tuple[str, str, int | None, str, float, tuple[tuple[str, str, int | None, str, float], ...]], ...] = (
    ("bob", "Trekking bicycle with panniers", 43_000, "For my sister, she comes on Saturday. Would 430 do?", 20,
     (("dana", "counter", 46_500, "With the panniers and a new saddle: 465.", 18),)),
    ("charlie", "Pram from the seventies", 11_000, "It is for my brother. 110, and a Monstera cutting?", 7, ()),
    ("nina", "Shelf from beech", 4_500, "45, and Paul carries it.", 5, (("bob", "accept", None, "Deal!", 3),)),
    ("felix", "Western guitar, dark", 15_000, "150?", 60, (("leo", "decline", None, "It would hear that.", 50),)),
    ("alice", "Repair on request", None, "It ticks when I go uphill, only uphill. Two short ticks.", 9, ()),
    ("grace", "I plan your balcony", None, "Two metres, looks east, one hook.", 30,
     (("charlie", "counter", 3_500, "A drawing, a list, and I help you plant: 35.", 26),)),
)  # fmt: skip
_SHARED = (
    ("alice", "Children's bicycle, 20 inch", "Riverside Neighbours", "@clara_jensen weren't you looking for one?", 26),
    ("bob", "Leo & Band", "Riverside Neighbours", "Ten left! Who comes along?", 4),
)  # fmt: skip


def show_interest(people: dict[str, User], now: datetime, do: Do) -> None:
    """Through the actions, each at its time; `do` sets the clock."""
    for who, code, kind, value, least in _COUPONS:
        by = people[who]
        do(
            now - timedelta(days=40),
            create_coupon,
            by=by,
            code=code,
            kind=kind,
            value=value,
            min_items_minor=least,
        )
    for who, whom in _FOLLOWS:
        do(now - timedelta(days=21), follow_shop, by=people[who], shop_id=people[whom].shop.pk)
    alice = people["alice"]
    for place, title in enumerate(_FAVOURITES):
        if (listing := _listing(title)) is not None:
            do(now - timedelta(days=place * 2, hours=3), mark_favourite, by=alice, listing_id=listing.pk)
    for query in _SEARCHES:
        do(now - timedelta(days=12), save_search, by=alice, query=query)
    for title, name, count in _CART:
        if (variant := Variant.objects.filter(listing__title__startswith=title, name=name).first()) is not None:
            do(now - timedelta(hours=5), cart.add_to_cart, by=alice, variant_id=variant.pk, quantity=count)
    _haggle(people, now, do)
    _share(people, now, do)
    _look_around(alice, now)
    _count_views(now)


def _listing(title: str) -> Listing | None:
    return Listing.objects.visible().filter(title__startswith=title).first()


def _haggle(people: dict[str, User], now: datetime, do: Do) -> None:
    for who, title, amount, note, hours, moves in _HAGGLING:
        listing = _listing(title)
        if listing is None:
            continue
        variant = listing.variants.order_by("position")[0]
        do(
            now - timedelta(hours=hours),
            offers.make_offer,
            by=people[who],
            variant_id=variant.pk,
            amount_minor=amount,
            note=note,
        )
        offer = Offer.objects.filter(listing=listing, buyer=people[who]).order_by("-pk")[0]
        for mover, act, price, words, ago in moves:
            do(
                now - timedelta(hours=ago),
                offers.move_offer,
                by=people[mover],
                offer_id=offer.pk,
                act=act,
                amount_minor=price,
                note=words,
            )


def _share(people: dict[str, User], now: datetime, do: Do) -> None:
    for who, title, where, words, hours in _SHARED:
        chat, listing = Chat.objects.filter(title=where).first(), _listing(title)
        if chat is not None and listing is not None:
            do(
                now - timedelta(hours=hours),
                sharing.share_listing,
                by=people[who],
                listing_id=listing.pk,
                chats=[chat.pk],
                client_ids=[uuid.uuid4()],
                text=words,
            )


def _look_around(by: User, now: datetime) -> None:
    seen = Listing.objects.visible().exclude(shop__owner=by).order_by("-view_count")[:14]
    RecentView.objects.bulk_create(
        RecentView(user=by, listing=listing, viewed_at=now - timedelta(hours=2 + 5 * place))
        for place, listing in enumerate(seen)
    )


def _count_views(now: datetime) -> None:
    """Some weeks of looking, more on weekends; `view_count` of a listing is the sum of its days."""
    rng = random.Random(9)  # noqa: S311
    days, listings = [], list(Listing.objects.exclude(published_at=None).only("pk", "view_count", "published_at"))
    for listing in listings:
        liked = rng.paretovariate(1.3) * 2.2
        listing.view_count = 0
        for ago in range(_WEEKS * 7):
            day = (now - timedelta(days=ago)).date()
            if listing.published_at is None or day < listing.published_at.date():
                break
            views = max(0, round(rng.gauss(liked, liked / 2) * (1.6 if day.weekday() > 4 else 1)))
            if views:
                carts = sum(rng.random() < 0.05 for _ in range(views))
                days.append(ListingDay(listing=listing, day=day, view_count=views, cart_count=carts))
                listing.view_count += views
    ListingDay.objects.bulk_create(days, batch_size=1000, update_conflicts=True, unique_fields=["listing", "day"],
                                   update_fields=["view_count", "cart_count"])  # fmt: skip
    Listing.objects.bulk_update(listings, ["view_count"], batch_size=200)
