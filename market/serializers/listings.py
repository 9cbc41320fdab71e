"""Categories, shops, photos, variants, listings as JSON: one function per noun, for REST, pages, cards and events."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.serializers import sender_json, timestamp
from market.models import Attribute, Category, DeliveryOption, Listing, ListingPhoto, Shop, ShopFollow, Variant
from market.models.category import in_language
from market.money import money_json, optional_money_json
from market.queries.categories import attributes_of
from market.queries.listings import favourites_among, load_cards, visible_count
from market.shapes.listings import (
    AttributeJSON,
    CategoryJSON,
    DeliveryOptionJSON,
    FactJSON,
    ListingCardJSON,
    ListingJSON,
    PhotoJSON,
    PlaceJSON,
    ShopCardJSON,
    ShopJSON,
    VariantJSON,
)
from messenger.serializers import attachment_json

Viewer = User | AnonymousUser | None

_SLUG = 60  # characters of a title in the address of its page
PHOTO_FOLDER = "listing-photos"  # in the storage, and below /media/


# --- categories ---------------------------------------------------------------------------------


def attribute_json(attribute: Attribute) -> AttributeJSON:
    return {
        "key": attribute.key,
        "label": attribute.title,
        "type": attribute.type,  # type: ignore[typeddict-item]
        "unit": attribute.unit,
        "choices": [{"value": one["value"], "label": choice_label(one)} for one in attribute.choices],
        "is_required": attribute.is_required,
        "is_facet": attribute.is_facet,
    }


def choice_label(choice: dict[str, Any]) -> str:
    return in_language(choice.get("name") or choice["value"], choice.get("names") or {})


def category_json(category: Category, *, count: int = 0, attributes: Sequence[Attribute] | None = None) -> CategoryJSON:
    """Needs `parent` loaded; `attributes` when one category is asked for."""
    result: CategoryJSON = {
        "id": category.pk,
        "path": category.path,
        "title": category.title,
        "icon": category.icon,
        "parent": category.parent.path if category.parent else None,
        "count": count,
    }
    if attributes is not None:
        result["attributes"] = [attribute_json(one) for one in attributes]
    return result


# --- shops --------------------------------------------------------------------------------------


def shop_card_json(shop: Shop) -> ShopCardJSON:
    """Needs `owner` loaded."""
    return {
        "id": shop.pk,
        "name": shop.name or shop.owner.display_name,  # empty once the account is deleted
        "kind": shop.kind,  # type: ignore[typeddict-item]
        "photo": f"/media/{shop.photo.name}" if shop.photo else None,
        "color": shop.owner_id % 8,
        "rating": shop.rating,
        "rating_count": shop.rating_count,
        "sale_count": shop.sale_count,
        "is_on_holiday": shop.is_on_holiday,
        "owner": sender_json(shop.owner),
    }


def shop_json(shop: Shop, by: Viewer = None) -> ShopJSON:
    """Needs `owner` loaded. Two queries; what only the owner may know is there for the owner alone."""
    is_mine = isinstance(by, User) and by.pk == shop.owner_id
    is_followed = isinstance(by, User) and not is_mine and ShopFollow.objects.filter(shop=shop, user=by).exists()
    result: ShopJSON = {
        **shop_card_json(shop),
        "about": shop.about,
        "currency": shop.currency,
        "country": shop.country,
        "shipping_policy": shop.shipping_policy,
        "return_policy": shop.return_policy,
        "return_days": shop.return_days,
        "ship_within_days": shop.ship_within_days,
        "legal_name": shop.legal_name,
        "legal_address": shop.legal_address,
        "tax_id": shop.tax_id,
        "holiday_until": shop.holiday_until.isoformat() if shop.holiday_until and shop.is_on_holiday else None,
        "holiday_note": shop.holiday_note if shop.is_on_holiday else "",
        "follower_count": shop.follower_count,
        "listing_count": visible_count(shop),
        "is_followed": is_followed,
        "is_mine": is_mine,
        "created_at": timestamp(shop.created_at),
    }
    if is_mine:
        result["is_away"] = shop.is_away
        result["away_message"] = shop.away_message
        result["payout_account"] = shop.payout_account
        result["vat_bp"] = shop.vat_bp
    return result


def delivery_option_json(option: DeliveryOption, currency: str) -> DeliveryOptionJSON:
    """`currency`: the shop's."""
    return {
        "id": option.pk,
        "kind": option.kind,  # type: ignore[typeddict-item]
        "name": option.name,
        "price": money_json(option.price_minor, currency),
        "extra": money_json(option.extra_minor, currency),
        "free_from": optional_money_json(option.free_from_minor, currency),
        "countries": option.countries,
        "days_min": option.days_min,
        "days_max": option.days_max,
    }


# --- listings -----------------------------------------------------------------------------------


def photo_json(photo: ListingPhoto) -> PhotoJSON:
    base = f"/media/{PHOTO_FOLDER}/{photo.key}"
    return {
        "id": photo.pk,
        "state": photo.state,  # type: ignore[typeddict-item]
        "alt": photo.alt,
        "thumb": photo.thumb,
        "sizes": {
            name: {"url": f"{base}-{name}.webp", "width": width, "height": height}
            for name, (width, height) in photo.sizes.items()
        },
    }


def variant_json(variant: Variant, currency: str, *, is_mine: bool = False) -> VariantJSON:
    """Needs `stock` loaded. `currency`: the listing's. The seller's own numbers only with `is_mine`."""
    stock = getattr(variant, "stock", None)
    result: VariantJSON = {
        "id": variant.pk,
        "name": variant.name,
        "price": optional_money_json(variant.price_minor, currency),
        "available": available(variant),
        "photo": variant.photo_id,
    }
    if is_mine:
        result["sku"] = variant.sku
        result["on_hand"] = stock.on_hand if stock and variant.is_stock_tracked else None
        result["reserved"] = stock.reserved if stock and variant.is_stock_tracked else None
        result["allocated"] = stock.allocated if stock and variant.is_stock_tracked else None
        result["low_stock_at"] = variant.low_stock_at
    return result


def available(variant: Variant) -> int | None:
    """How many can be bought now; None: any number. Needs `stock` loaded."""
    if not variant.is_stock_tracked:
        return None
    stock = getattr(variant, "stock", None)
    return max(0, stock.available) if stock else 0


def listing_url(listing: Listing) -> str:
    slug = quote(slugify(listing.title[:_SLUG], allow_unicode=True))
    return f"/market/l/{listing.pk}/{slug}" if slug else f"/market/l/{listing.pk}"


def state_of(listing: Listing) -> str:
    """As people see it: what has run out is over, whether or not the worker has come by."""
    is_over = listing.state == Listing.State.PUBLISHED and listing.expires_at and listing.expires_at <= timezone.now()
    return Listing.State.EXPIRED.value if is_over else listing.state


def listing_card_json(listing: Listing, by: Viewer = None) -> ListingCardJSON:
    """One; at most nine queries, none when it was loaded by load_cards()."""
    return listing_cards_json([listing], by)[0]


def listing_cards_json(listings: Sequence[Listing], by: Viewer = None) -> list[ListingCardJSON]:
    """At most nine queries, however many. Without `by`: what everybody sees alike, for events and caches."""
    load_cards(listings)
    cards = [_card(listing) for listing in listings]
    if isinstance(by, User):
        marked = favourites_among(by, listings)
        for card in cards:
            card["is_favourite"] = card["id"] in marked
    return cards


def _card(listing: Listing) -> ListingCardJSON:
    variants, ways = list(listing.variants.all()), {option.kind for option in listing.delivery_options.all()}
    counts = [available(variant) for variant in variants]
    total = None if None in counts else sum(count or 0 for count in counts)
    photos = _shown_photos(listing)
    cover = next((photo for photo in photos if photo.sizes), photos[0] if photos else None)
    differs = listing.price_max_minor is not None and listing.price_max_minor != listing.price_minor
    can_buy = listing.is_visible and listing.shop.is_open and total != 0 and bool(variants)
    return {
        "id": listing.pk,
        "url": listing_url(listing),
        "kind": listing.kind,  # type: ignore[typeddict-item]
        "state": state_of(listing),  # type: ignore[typeddict-item]
        "title": listing.title,
        "price": optional_money_json(listing.price_minor, listing.currency),
        "price_max": optional_money_json(listing.price_max_minor, listing.currency) if differs else None,
        "condition": listing.condition,
        "condition_label": str(listing.get_condition_display()) if listing.condition else "",
        "available": total,
        "is_available": can_buy,
        "photo": photo_json(cover) if cover else None,
        "photo_count": len(photos),
        "place": listing.place,
        "category": listing.category.path if listing.category else None,
        "shop": shop_card_json(listing.shop),
        "takes_offers": listing.takes_offers,
        "is_shipped": not listing.is_delivered_online and DeliveryOption.Kind.SHIPPING in ways,
        "is_handed_over": not listing.is_delivered_online and DeliveryOption.Kind.IN_PERSON in ways,
        "published_at": timestamp(listing.published_at) if listing.published_at else None,
    }


def _shown_photos(listing: Listing) -> list[ListingPhoto]:
    """A failed one is the seller's affair."""
    return [photo for photo in listing.photos.all() if photo.state != ListingPhoto.State.FAILED]


def listing_json(listing: Listing, by: Viewer = None) -> ListingJSON:
    """The whole of it. At most twelve queries; the seller's part for the seller alone."""
    is_mine = isinstance(by, User) and by.pk == listing.shop.owner_id
    card = listing_card_json(listing, by)
    variants = [variant_json(one, listing.currency, is_mine=is_mine) for one in listing.variants.all()]
    photos = list(listing.photos.all()) if is_mine else _shown_photos(listing)
    options = [] if listing.is_delivered_online else list(listing.delivery_options.all())
    result: ListingJSON = {
        **card,
        "description": listing.description,
        "attributes": listing.attributes,
        "facts": facts_json(listing),
        "photos": [photo_json(photo) for photo in photos],
        "variants": variants,
        "delivery": [delivery_option_json(option, listing.currency) for option in options],
        "location": place_json(listing),
        "max_per_buyer": listing.max_per_buyer,
        "revision": listing.revision,
        "favourite_count": listing.favourite_count,
        "expires_at": timestamp(listing.expires_at) if listing.expires_at else None,
        "is_mine": is_mine,
    }
    if is_mine:
        files = listing.files.select_related("attachment")
        result["view_count"] = listing.view_count
        result["digital_text"] = listing.digital_text
        result["files"] = [{**attachment_json(file.attachment)} for file in files]
        result["course_chat"] = listing.course_chat_id
        result["external_id"] = listing.external_id
        result["is_in_review"] = listing.is_in_review
    return result


def place_json(listing: Listing) -> PlaceJSON | None:
    if listing.cell_7 is None or listing.latitude is None or listing.longitude is None:
        return None
    return {
        "name": listing.place,
        "latitude": listing.latitude,
        "longitude": listing.longitude,
        "cell": f"{listing.cell_7:x}",
    }


def facts_json(listing: Listing) -> list[FactJSON]:
    """The attributes as people read them, in the category's order. One query."""
    if listing.category is None or not listing.attributes:
        return []
    facts: list[FactJSON] = []
    for attribute in attributes_of(listing.category):
        if (value := listing.attributes.get(attribute.key)) not in (None, "", []):
            facts.append({"key": attribute.key, "label": attribute.title, "value": fact_text(attribute, value)})
    return facts


def fact_text(attribute: Attribute, value: Any) -> str:
    if attribute.type == Attribute.Type.FLAG:
        return _("Yes") if value else _("No")
    if attribute.type == Attribute.Type.CHOICE:
        labels = {one["value"]: choice_label(one) for one in attribute.choices}
        return labels.get(value, str(value))
    if attribute.type == Attribute.Type.NUMBER:
        return f"{number_format(value)} {attribute.unit}".strip()
    return str(value)
