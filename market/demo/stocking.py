"""Puts shops and their listings into the database: in bulk, and with everything the actions would have left behind."""

import random
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from core import limits
from market import stock
from market.demo.drawing.printing import Order, Print, sizes_of
from market.demo.reading import ListingNote, ShopNote, VariantNote
from market.demo.shots import pictures_of
from market.finding import index_listings
from market.models import (
    Attribute,
    Category,
    DeliveryOption,
    Listing,
    ListingPhoto,
    QuickReply,
    Shop,
    Stock,
    StockMovement,
    Variant,
)
from market.places import spot_at
from market.queries.categories import attributes_of
from market.serializers.listings import PHOTO_FOLDER
from messenger.models import Chat

State = Listing.State
_DAYS = 50  # the oldest listing


@dataclass
class Shelf:
    """A listing on its way into the database."""

    note: ListingNote
    listing: Listing
    orders: list[Order]
    of_variant: dict[int, int]
    photos: list[ListingPhoto] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)


def make_shops(notes: Sequence[ShopNote], people: dict[str, User], now: datetime) -> dict[str, Shop]:
    shops = {}
    for note in notes:
        shipping, returns, legal = note.parts("ships"), note.parts("returns"), note.parts("legal")
        shop = Shop.objects.create(
            owner=people[note.alias],
            kind=note.kind,
            name=note.lines.get("name") or people[note.alias].display_name,
            about=note.lines.get("about", ""),
            currency=note.currency,
            country=note.country,
            ship_within_days=int(shipping[0] or 3),
            shipping_policy="".join(shipping[1:]),
            return_days=int(returns[0] or 14),
            return_policy="".join(returns[1:]),
            legal_name=legal[0],
            legal_address=legal[1] if len(legal) > 1 else "",
            tax_id=legal[2] if len(legal) > 2 else "",
            vat_bp=int(note.lines.get("vat", 0)),
            away_message=note.lines.get("away", ""),
            payout_account=f"acct_{note.alias}" if note.kind == Shop.Kind.BUSINESS else "",
            created_at=now - timedelta(days=_DAYS + 4),
        )
        DeliveryOption.objects.bulk_create(
            DeliveryOption(
                shop=shop, kind=one.kind, name=one.name, price_minor=one.price, extra_minor=one.extra,
                free_from_minor=one.free_from, countries=one.countries, position=position,
                days_min=0 if one.kind == DeliveryOption.Kind.IN_PERSON else 2,
            )
            for position, one in enumerate(note.delivery)
        )  # fmt: skip
        QuickReply.objects.bulk_create(
            QuickReply(shop=shop, title=title, text=text, position=position)
            for position, (title, text) in enumerate(note.replies)
        )
        shops[note.alias] = shop
    return shops


def make_listings(shelves: Sequence[Shelf]) -> None:
    """Their pictures are drawn meanwhile: hang_pictures() is next."""
    Listing.objects.bulk_create(shelf.listing for shelf in shelves)
    _make_photos(shelves)
    _make_variants(shelves)
    _offer_delivery(shelves)
    index_listings(shelf.listing.pk for shelf in shelves)


def hang_pictures(shelves: Sequence[Shelf], prints: dict[Order, Print]) -> None:
    photos = []
    for shelf in shelves:
        for photo, order in zip(shelf.photos, shelf.orders, strict=True):
            photo.thumb = prints[order].thumb
            photos.append(photo)
            for name, content in prints[order].files.items():
                default_storage.save(f"{PHOTO_FOLDER}/{photo.key}-{name}.webp", ContentFile(content))
    ListingPhoto.objects.bulk_update(photos, ["thumb"], batch_size=200)


def plan_shelves(
    notes: Sequence[ShopNote], shops: dict[str, Shop], chats: dict[str, Chat], now: datetime, count: int | None
) -> Iterator[Shelf]:
    """All that is written, or `count` in turn from every shop."""
    categories = {category.path: category for category in Category.objects.select_related("parent")}
    known: dict[str, list[Attribute]] = {}
    turns = max(len(note.listings) for note in notes)
    chosen = [(note, note.listings[turn]) for turn in range(turns) for note in notes if turn < len(note.listings)]
    for number, (shop_note, note) in enumerate(chosen[:count]):
        category = categories[note.category]
        if note.category not in known:
            known[note.category] = attributes_of(category)
        listing = _listing(shop_note, note, shops[shop_note.alias], number, now)
        listing.category = category
        listing.attributes = read_facts(note, known[note.category], now)
        listing.course_chat = chats.get(note.course)
        yield Shelf(note, listing, *pictures_of(note, number))


def _listing(shop_note: ShopNote, note: ListingNote, shop: Shop, number: int, now: datetime) -> Listing:
    rng = random.Random(f"{note.title} {number}")  # noqa: S311
    age = timedelta(days=note.days_ago) if note.days_ago is not None else timedelta(days=rng.uniform(0.2, _DAYS))
    at = now - age - timedelta(minutes=rng.uniform(5, 300))
    place, _bar, degrees = shop_note.lines["place"].partition(" | ")
    spot = spot_at(*(float(part) + rng.uniform(-0.006, 0.006) for part in degrees.split()))
    prices = [one.price for one in note.variants if one.price is not None]
    is_expired, is_draft = note.state == State.EXPIRED, note.state == State.DRAFT
    return Listing(
        shop=shop,
        kind=note.kind,
        state=note.state,
        title=note.title,
        description=note.description,
        condition=note.condition,
        currency=shop.currency,
        price_minor=min(prices, default=None),
        price_max_minor=max(prices, default=None),
        takes_offers=note.takes_offers and 0 not in prices,
        max_per_buyer=note.max_per_buyer,
        digital_text=note.digital_text,
        place=place,
        view_count=0 if is_draft else round(rng.paretovariate(1.2) * 14),
        created_at=at - timedelta(minutes=9),
        published_at=None if is_draft else at,
        expires_at=None
        if is_draft
        else now - timedelta(days=1)
        if is_expired
        else at + timedelta(days=limits.LISTING_DAYS),
        **spot._asdict(),
    )


def read_facts(note: ListingNote, attributes: Sequence[Attribute], now: datetime | None = None) -> dict[str, Any]:
    """As the types of the category want them; "+12" is a date in so many days. Raises KeyError for unknown facts."""
    now = now or timezone.now()
    types = {attribute.key: attribute.type for attribute in attributes}
    values: dict[str, Any] = {}
    for key, text in note.facts.items():
        if types[key] == Attribute.Type.NUMBER:
            values[key] = float(text) if "." in text else int(text)
        elif types[key] == Attribute.Type.FLAG:
            values[key] = text == "yes"
        elif text.startswith("+"):
            values[key] = f"{now + timedelta(days=int(text)):%Y-%m-%d} 20:00"
        else:
            values[key] = text
    return values


# --- what belongs to a listing ----------------------------------------------------------------


def _make_photos(shelves: Sequence[Shelf]) -> None:
    for shelf in shelves:
        shelf.photos = [
            ListingPhoto(
                listing=shelf.listing, state=ListingPhoto.State.READY, position=position, key=secrets.token_hex(16),
                alt=shelf.listing.title, sizes=sizes_of(order.shot),
            )
            for position, order in enumerate(shelf.orders)
        ]  # fmt: skip
    ListingPhoto.objects.bulk_create(photo for shelf in shelves for photo in shelf.photos)


def _make_variants(shelves: Sequence[Shelf]) -> None:
    for shelf in shelves:
        for position, note in enumerate(shelf.note.variants):
            shelf.variants.append(_variant(shelf, note, position))
    Variant.objects.bulk_create(variant for shelf in shelves for variant in shelf.variants)
    _count_pieces(shelves)
    stock.refresh_listings(shelf.listing.pk for shelf in shelves)


def _count_pieces(shelves: Sequence[Shelf]) -> None:
    """What stock.set_on_hand() leaves behind, for all of them at once: a stock, and the movement that made it."""
    counted = [
        (shelf.listing, variant, 0 if shelf.listing.state == State.SOLD else note.on_hand)
        for shelf in shelves
        for variant, note in zip(shelf.variants, shelf.note.variants, strict=True)
        if note.on_hand is not None
    ]
    Stock.objects.bulk_create(Stock(variant=variant, on_hand=pieces) for _listing, variant, pieces in counted)
    StockMovement.objects.bulk_create(
        StockMovement(
            variant=variant, reason=StockMovement.Reason.ADJUST, reference=f"first:{variant.pk}", on_hand=pieces,
            by=listing.shop.owner, created_at=listing.created_at,
        )
        for listing, variant, pieces in counted
        if pieces
    )  # fmt: skip


def _variant(shelf: Shelf, note: VariantNote, position: int) -> Variant:
    photo = shelf.of_variant.get(position)
    return Variant(
        listing=shelf.listing,
        name=note.name,
        sku=f"{shelf.listing.pk}-{position + 1}" if note.name else "",
        price_minor=note.price,
        photo=shelf.photos[photo] if photo is not None else None,
        is_stock_tracked=note.on_hand is not None,
        low_stock_at=1 if note.on_hand and note.on_hand > 4 else 0,
        position=position,
    )


def _offer_delivery(shelves: Sequence[Shelf]) -> None:
    """Goods go in all the ways of their shop; large things are fetched."""
    options: dict[int, list[DeliveryOption]] = {}
    for option in DeliveryOption.objects.filter(is_active=True):
        options.setdefault(option.shop_id, []).append(option)
    through = Listing.delivery_options.through
    rows = []
    for shelf in shelves:
        if shelf.listing.kind != Listing.Kind.GOODS:
            continue
        ways = options.get(shelf.listing.shop_id, [])
        fetched = [way for way in ways if way.kind == DeliveryOption.Kind.IN_PERSON]
        if _is_bulky(shelf.note) and fetched:
            ways = fetched
        rows += [through(listing_id=shelf.listing.pk, deliveryoption_id=way.pk) for way in ways]
    through.objects.bulk_create(rows)


def _is_bulky(note: ListingNote) -> bool:
    return note.category in ("leisure/bicycles/", "home/furniture/", "free/free-furniture/", "children/prams/") or (
        note.category == "home/garden/" and note.condition == ""
    )
