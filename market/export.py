"""The market's part of "export my data": what I sell and sold, bought, offered, keep and said. A line at a time."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet

from accounts.models import User
from accounts.registry import Archive
from market.models import Address, Listing, Offer, Order, Quote, RecentView, Review, SavedSearch, Shop
from market.photo_files import EDGES, name_of
from market.queries.favourites import favourites_of
from market.serializers.cart import address_json, cart_json
from market.serializers.finding import favourites_json, saved_search_json
from market.serializers.listings import delivery_option_json, listing_json, shop_json
from market.serializers.offers import offers_json, quotes_json
from market.serializers.orders import order_json
from market.serializers.reviews import reviews_json
from market.serializers.selling import quick_reply_json

_BATCH = 100  # rows in memory at a time


def export_market(user: User, archive: Archive) -> None:
    """market/: shop.json, listings.jsonl and photos/; orders, offers, quotes and reviews as .jsonl; cart.json,
    addresses.json, favourites.json, saved_searches.json, recently_viewed.json.
    """
    _export_shop(user, archive)
    archive.report(0.4)
    orders = Order.objects.filter(Q(buyer=user) | Q(shop__owner=user)).select_related("shop__owner", "buyer")
    _lines(archive, "orders", orders, lambda rows: [order_json(one, user, _role(user, one)) for one in rows])
    archive.report(0.7)
    _lines(archive, "offers", Offer.objects.filter(Q(buyer=user) | Q(listing__shop__owner=user)), offers_json)
    _lines(archive, "quotes", Quote.objects.filter(buyer=user), quotes_json)
    about = Q(about_user=user) | Q(about_shop__owner=user)  # what the other side wrote is theirs until it is shown
    reviews = Review.objects.filter(Q(author=user) | (about & Q(published_at__isnull=False, removed_at=None)))
    _lines(archive, "reviews", reviews, reviews_json)
    archive.report(0.9)
    archive.write_json("market/cart.json", cart_json(user))
    addresses = Address.objects.filter(user=user).order_by("pk")
    archive.write_json("market/addresses.json", [address_json(one) for one in addresses])
    favourites = list(favourites_of(user).order_by("pk"))  # what can no longer be seen is not told here either
    archive.write_json("market/favourites.json", favourites_json(favourites, user))
    searches = SavedSearch.objects.filter(user=user).order_by("pk")
    archive.write_json("market/saved_searches.json", [saved_search_json(one) for one in searches])
    views = RecentView.objects.filter(user=user).order_by("pk").values("listing", "viewed_at")
    archive.write_json("market/recently_viewed.json", list(views))
    archive.report(1.0)


def _role(user: User, order: Order) -> str:
    return "buyer" if order.buyer_id == user.pk else "seller"


def _export_shop(user: User, archive: Archive) -> None:
    shop = Shop.objects.select_related("owner").filter(owner=user).first()
    if shop is None:
        return
    ways = [delivery_option_json(one, shop.currency) for one in shop.delivery_options.filter(is_active=True)]
    replies = [quick_reply_json(one) for one in shop.quick_replies.all()]
    archive.write_json("market/shop.json", {**shop_json(shop, user), "delivery": ways, "quick_replies": replies})
    if shop.photo:
        archive.write_file("market/shop.webp", shop.photo)
    own = Listing.objects.filter(shop=shop).exclude(state=Listing.State.DELETED).select_related("shop__owner")
    _lines(archive, "listings", own, lambda rows: [listing_json(one, user) for one in rows])
    for listing in own.order_by("pk").prefetch_related("photos").iterator(chunk_size=_BATCH):
        for number, photo in enumerate(listing.photos.all(), 1):
            largest = next((size for size in reversed(EDGES) if size in photo.sizes), None)
            if largest is not None:
                stored = _Stored(shop.photo.storage, name_of(photo.key, largest))
                archive.write_file(f"market/photos/{listing.pk}-{number}.webp", stored)


class _Stored:
    """As much of a stored file as the archive wants."""

    def __init__(self, storage: Any, name: str) -> None:
        self.storage, self.name = storage, name


def _lines(
    archive: Archive, name: str, rows: QuerySet[Any], serialize: Callable[[Sequence[Any]], Sequence[Any]]
) -> None:
    with archive.open_lines(f"market/{name}.jsonl") as write:
        for batch in _batches(rows):
            for one in serialize(batch):
                write(one)


def _batches(rows: QuerySet[Any]) -> Iterator[list[Model]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        yield batch
        last = batch[-1].pk
