"""Listings as Google Merchant wants them: goods and digital goods with a price, each variant an item of its own."""

from collections.abc import Iterator, Sequence
from typing import Any

from market.models import Category, DeliveryOption, Listing, Variant
from market.money import plain
from market.queries.categories import ancestor_paths
from market.queries.listings import load_cards
from market.serializers.listings import available, listing_url, photo_json
from market.structured import image_of
from market.xmltext import clean

CHUNK = 300
_KINDS = frozenset({Listing.Kind.GOODS, Listing.Kind.DIGITAL})
_TITLE, _DESCRIPTION, _PHOTOS = 150, 5_000, 10  # what Google takes


def feed_items(listings: Sequence[Listing], base: str) -> Iterator[str]:
    """<item>s; none for services, courses, what is free and what is on request. Nine queries, or ten."""
    wanted = [one for one in listings if one.kind in _KINDS and one.price_minor]
    if not wanted:
        return
    load_cards(wanted)
    categories = {one.category.path for one in wanted if one.category}
    paths = {path for category in categories for path in ancestor_paths(category)}
    names = dict(Category.objects.filter(path__in=paths).values_list("path", "name"))
    for listing in wanted:
        shared = _shared(listing, base, names)
        for variant in listing.variants.all():
            if variant.price_minor:
                yield _item([*_own(listing, variant), *shared])


Fields = list[tuple[str, str]]


def _item(fields: Fields) -> str:
    inside = "".join(f"<g:{name}>{text}</g:{name}>" for name, text in fields if text)
    return f"<item>{inside}</item>\n"


def _own(listing: Listing, variant: Variant) -> Fields:
    is_one_of_many = len(listing.variants.all()) > 1
    title = f"{listing.title} – {variant.name}" if variant.name else listing.title
    can_buy = available(variant) != 0 and listing.shop.is_open
    assert variant.price_minor is not None
    return [
        ("id", f"{listing.pk}-{variant.pk}" if is_one_of_many else str(listing.pk)),
        ("item_group_id", str(listing.pk) if is_one_of_many else ""),
        ("title", clean(title[:_TITLE])),
        ("price", f"{plain(variant.price_minor, listing.currency)} {listing.currency}"),
        ("availability", "in_stock" if can_buy else "out_of_stock"),
        ("mpn", clean(variant.sku)),
    ]


def _shared(listing: Listing, base: str, names: dict[str, str]) -> Fields:
    photos = [image_of(photo_json(photo), base) for photo in listing.photos.all()]
    photos = [photo for photo in photos if photo]
    kinds = [names.get(path, "") for path in ancestor_paths(listing.category.path)] if listing.category else []
    brand = listing.attributes.get("brand")
    return [
        ("description", clean((listing.description or listing.title)[:_DESCRIPTION])),
        ("link", clean(f"{base}{listing_url(listing)}")),
        *(("image_link", clean(photo)) for photo in photos[:1]),
        *(("additional_image_link", clean(photo)) for photo in photos[1:_PHOTOS]),
        ("condition", "new" if listing.condition in ("new", "") else "used"),
        ("product_type", clean(" > ".join(filter(None, kinds)))),
        ("brand", clean(brand) if isinstance(brand, str) else ""),
        ("identifier_exists", "no"),
        *_shipping(listing),
    ]


def _shipping(listing: Listing) -> list[tuple[str, Any]]:
    """The cheapest parcel to each country; to anywhere it is to the shop's own."""
    cheapest: dict[str, int] = {}
    for option in listing.delivery_options.all():
        if option.kind == DeliveryOption.Kind.SHIPPING and not listing.is_delivered_online:
            for country in option.countries or [listing.shop.country]:
                cheapest[country] = min(option.price_minor, cheapest.get(country, option.price_minor))
    return [
        (
            "shipping",
            f"<g:country>{clean(country)}</g:country>"
            f"<g:price>{plain(minor, listing.currency)} {listing.currency}</g:price>",
        )
        for country, minor in sorted(cheapest.items())
    ]
