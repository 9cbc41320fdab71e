"""Shops and listings for tests, made the short way: by the ORM, and stock.set_on_hand() for the pieces."""

import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from market import stock
from market.models import Category, DeliveryOption, Listing, ListingPhoto, Shop, Variant


def make_shop(owner: User, **extra: Any) -> Shop:
    """With the two ways of delivery that every shop begins with. The one there is, if there is one."""
    shop, is_new = Shop.objects.get_or_create(owner=owner, defaults={"name": owner.name or owner.handle, **extra})
    if is_new:
        DeliveryOption.objects.create(shop=shop, kind="in_person", name="Hand-over in person")
        DeliveryOption.objects.create(shop=shop, kind="shipping", name="Parcel", price_minor=490, position=1)
    shop.refresh_from_db()
    return shop


def make_category(path: str = "leisure/bicycles/", **extra: Any) -> Category:
    """The one there is, else a new one with all above it."""
    parent, built = None, ""
    for slug in path.strip("/").split("/"):
        built += f"{slug}/"
        found = Category.objects.filter(path=built).first()
        parent = found or Category.objects.create(parent=parent, slug=slug, name=slug.title())
    if extra:
        Category.objects.filter(pk=parent.pk).update(**extra)
        parent.refresh_from_db()
    return parent


def make_listing(owner: User, *, price: int | None = 10_000, stock: int | None = 1, **extra: Any) -> Listing:
    """Published, with one default variant. `price` in minor units; `stock` None: any number can be sold."""
    shop = extra.pop("shop", None) or make_shop(owner)
    options = extra.pop("delivery_options", None)
    fields = {
        "title": "A green bicycle",
        "description": "Rides well.",
        "kind": "goods",
        "condition": "good",
        "state": "published",
        "currency": shop.currency,
        "published_at": timezone.now(),
        "expires_at": timezone.now() + timedelta(days=60),
        **extra,
    }
    if "category" not in fields:
        fields["category"] = make_category()
        fields.setdefault("attributes", {"bike_type": "city"})
    listing = Listing.objects.create(shop=shop, price_minor=price, price_max_minor=price, **fields)
    listing.delivery_options.set(shop.delivery_options.all() if options is None else options)
    make_variant(listing, name="", price=price, stock=stock)
    listing.refresh_from_db()
    return listing


def make_variant(listing: Listing, *, name: str, price: int | None, stock: int | None = 1, **extra: Any) -> Variant:
    """A further one: keeps the prices of the listing in step. `listing` is not read again."""
    variant = Variant.objects.create(
        listing=listing, name=name, price_minor=price, is_stock_tracked=stock is not None, **extra
    )
    if stock is not None:
        count(variant, stock)
    prices = [one.price_minor for one in listing.variants.filter(is_active=True) if one.price_minor is not None]
    lowest, highest = (min(prices), max(prices)) if prices else (None, None)
    Listing.objects.filter(pk=listing.pk).update(price_minor=lowest, price_max_minor=highest)
    return variant


def count(variant: Variant, on_hand: int) -> None:
    stock.set_on_hand(variant, on_hand, by=None, reference=f"test:{secrets.token_hex(8)}")
    stock.refresh_listings([variant.listing_id])


def the_variant(listing: Listing) -> Variant:
    """The only one, or the first."""
    return listing.variants.filter(is_active=True).order_by("position", "id")[0]


def make_photo(listing: Listing, **extra: Any) -> ListingPhoto:
    """A ready one, of which no file is there."""
    fields = {
        "key": secrets.token_hex(16),
        "state": "ready",
        "sizes": {"tiny": [160, 120], "small": [480, 360], "medium": [960, 720]},
        "position": listing.photos.count(),
        **extra,
    }
    return ListingPhoto.objects.create(listing=listing, **fields)
