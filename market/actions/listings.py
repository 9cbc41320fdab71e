"""What a seller writes: drafts, edits, copies, and taking a listing away. Publishing: market/actions/publishing.py."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import one_line, plain
from core import limits
from core.errors import Conflict, Invalid, NotFound
from market import outbox, stock
from market.access.listings import listing_for_selling, require_may_sell
from market.actions.listing_changes import changing, creating, note_change
from market.actions.publishing import keep_publishable
from market.actions.shops import shop_of
from market.actions.variants import check_price, insert_variant, sync_prices
from market.attributes import clean_attributes, fitting_attributes
from market.models import Category, DeliveryOption, Listing, Shop, Variant
from market.places import Spot, spot_at, spot_of
from messenger.access import membership_for_reading
from messenger.models import Chat, Right

# Fields that are taken as they are; the others have rules of their own below.
_PLAIN = frozenset({"condition", "takes_offers", "max_per_buyer"})
EDITABLE = _PLAIN | {
    "title", "description", "category", "kind", "attributes", "delivery_options", "location", "digital_text",
    "course_chat", "external_id", "price_minor",
}  # fmt: skip
_COLUMNS = (
    *Spot._fields, "place", "kind", "title", "description", "category", "attributes", "condition", "takes_offers",
    "max_per_buyer", "digital_text", "course_chat", "external_id", "updated_at",
)  # fmt: skip


def create_listing(*, by: User, on_hand: int | None = None, is_counted: bool | None = None, **fields: Any) -> Listing:
    """A draft, with its first variant. `is_counted` False: any number can be sold; else goods begin with one piece.

    Raises Invalid("category_not_found", "unknown_attribute", "bad_attribute", "bad_amount", "bad_place",
    "delivery_option_not_found", "course_chat_unfit"), Conflict("too_many_listings", "external_id_taken").
    """
    require_may_sell(by)
    limits.check("listing", by.pk)
    shop = shop_of(by)
    with creating(shop):
        variant = {"price_minor": fields.pop("price_minor", None)}
        listing = begin_listing(by, shop, fields, variant, on_hand=on_hand, is_counted=is_counted)
    return listing_for_selling(by, listing.pk)


def begin_listing(
    by: User,
    shop: Shop,
    fields: dict[str, Any],
    variant_fields: dict[str, Any],
    *,
    on_hand: int | None,
    is_counted: bool | None,
) -> Listing:
    """The rows of a new draft, inside creating(); nobody else knows of it yet."""
    fields = dict(fields)
    listing = Listing(shop=shop, currency=shop.currency, kind=fields.pop("kind", Listing.Kind.GOODS))
    options = fields.pop("delivery_options", None)
    apply_fields(by, listing, fields)
    listing.save(force_insert=True)
    listing.delivery_options.set(_options(shop, options))
    if is_counted is None:
        is_counted = on_hand is not None or listing.kind == Listing.Kind.GOODS
    count = (1 if on_hand is None else on_hand) if is_counted else None
    insert_variant(by, listing, on_hand=count, fields=variant_fields)
    return listing


def edit_listing(*, by: User, listing_id: int, revision: int | None = None, **fields: Any) -> Listing:
    """What is published must stay publishable; where a moderator has to look first, it is paused meanwhile.

    Raises as create_listing() and publish_listing(), Conflict("listing_changed", "has_variants", "kind_fixed").
    """
    with changing(by, listing_id, revision=revision) as listing:
        revise_listing(by, listing, fields)
        note_change(listing, *fields)
        keep_publishable(by, listing)
    return listing_for_selling(by, listing_id)


def revise_listing(by: User, listing: Listing, changes: dict[str, Any]) -> None:
    """Write the changes, inside changing(); the caller notes them and looks whether it may stay published."""
    fields = dict(changes)
    kind = fields.pop("kind", listing.kind)
    if kind != listing.kind and listing.published_at is not None:
        raise Conflict("kind_fixed", _("What it is cannot change any more."), field="kind")
    listing.kind = kind
    is_priced, price = "price_minor" in fields, fields.pop("price_minor", None)
    options = fields.pop("delivery_options", None)
    apply_fields(by, listing, fields)
    try:
        with transaction.atomic():
            listing.save(update_fields=_COLUMNS)
    except IntegrityError:  # the constraint: another listing got the number a moment ago
        raise _number_taken() from None
    if options is not None:
        listing.delivery_options.set(_options(listing.shop, options))
    if is_priced:
        _set_price(listing, price)


def _set_price(listing: Listing, price: int | None) -> None:
    check_price(listing, price)
    variants = list(listing.variants.filter(is_active=True)[:2])
    if len(variants) > 1:
        raise Conflict("has_variants", _("Each variant has a price of its own."), field="price_minor")
    Variant.objects.filter(pk=variants[0].pk).update(price_minor=price)
    sync_prices(listing)


def apply_fields(by: User, listing: Listing, fields: dict[str, Any]) -> None:
    """Put what the seller gave into the row, checked; nothing is saved. Unknown names are refused."""
    if unknown := fields.keys() - EDITABLE:
        raise Invalid("unknown_field", fields=sorted(unknown))
    for name in _PLAIN & fields.keys():
        setattr(listing, name, fields[name])
    if "title" in fields:
        listing.title = one_line(fields["title"])[:120]
    for name in {"description", "digital_text"} & fields.keys():
        setattr(listing, name, plain(fields[name]))
    if "category" in fields:
        _move(listing, category_at(fields["category"]))
    if "attributes" in fields:
        listing.attributes = clean_attributes(listing.category, fields["attributes"])
    if "location" in fields:
        _place(listing, fields["location"])
    if "course_chat" in fields:
        listing.course_chat = _class(by, fields["course_chat"])
    if "external_id" in fields:
        _identify(listing, one_line(fields["external_id"]))


def category_at(path: str | None) -> Category | None:
    """Raises Invalid("category_not_found")."""
    if not path:
        return None
    category = Category.objects.filter(path=path.strip("/") + "/", is_active=True).first()
    if category is None:
        raise Invalid("category_not_found", _("There is no such category."), field="category")
    return category


def _move(listing: Listing, category: Category | None) -> None:
    if category != listing.category:
        listing.category = category
        listing.attributes = fitting_attributes(category, listing.attributes)


def _identify(listing: Listing, external_id: str) -> None:
    same = Listing.objects.filter(shop=listing.shop, external_id=external_id).exclude(state=Listing.State.DELETED)
    if external_id and same.exclude(pk=listing.pk).exists():
        raise _number_taken()
    listing.external_id = external_id


def _number_taken() -> Conflict:
    return Conflict("external_id_taken", _("Another listing has this number."), field="external_id")


def _place(listing: Listing, location: dict[str, Any] | None) -> None:
    """{"name", "cell"} or {"name", "latitude", "longitude"}; None: nowhere in particular."""
    spot: Spot | None = None
    if location is not None:
        is_cell = bool(location.get("cell"))
        spot = spot_of(location["cell"]) if is_cell else spot_at(location["latitude"], location["longitude"])
    listing.place = one_line((location or {}).get("name", ""))[:80]
    for name in Spot._fields:
        setattr(listing, name, getattr(spot, name) if spot else None)


def _class(by: User, chat_id: int | None) -> Chat | None:
    """The chat a course lets in to: one that the seller may add people to. Raises Invalid("course_chat_unfit")."""
    if chat_id is None:
        return None
    unfit = Invalid("course_chat_unfit", _("This is no group that you may add people to."), field="course_chat")
    try:
        membership = membership_for_reading(by, chat_id)
    except NotFound:
        raise unfit from None
    is_class = membership.chat.kind in (Chat.Kind.GROUP, Chat.Kind.CHANNEL)
    if not is_class or membership.role == membership.Role.MEMBER or not membership.may(Right.INVITE):
        raise unfit
    return membership.chat


def _options(shop: Shop, ids: Sequence[int] | None) -> list[DeliveryOption]:
    """Of one's own shop; None: all it has. Raises Invalid("delivery_option_not_found")."""
    active = DeliveryOption.objects.filter(shop=shop, is_active=True)
    found = list(active if ids is None else active.filter(pk__in=ids))
    if ids is not None and len(found) != len(set(ids)):
        raise Invalid("delivery_option_not_found", _("The shop has no such delivery."), field="delivery_options")
    return found


def delete_listing(*, by: User, listing_id: int) -> None:
    """Gone for everybody; orders keep what they say. Also one that moderators removed. Twice is NotFound."""
    listing = listing_for_selling(by, listing_id)
    with transaction.atomic():
        rows = Listing.objects.filter(pk=listing.pk).exclude(state=Listing.State.DELETED)
        if rows.update(state=Listing.State.DELETED, is_in_review=False, updated_at=timezone.now()):
            outbox.put("listing.deleted", listing=listing)


def duplicate_listing(*, by: User, listing_id: int) -> Listing:
    """A draft that says the same, with the same variants and as many pieces; without photos and numbers of its own."""
    source = listing_for_selling(by, listing_id)
    require_may_sell(by)
    limits.check("listing", by.pk)
    options, files = list(source.delivery_options.filter(is_active=True)), list(source.files.all())
    variants = list(source.variants.filter(is_active=True).select_related("stock"))
    with creating(source.shop):
        copied = {name: getattr(source, name) for name in (*Spot._fields, *_PLAIN, *_COPIED)}
        copy = Listing.objects.create(shop=source.shop, **copied)
        copy.delivery_options.set(options)
        for file in files:
            copy.files.create(attachment_id=file.attachment_id, position=file.position)
        for variant in variants:
            counted = getattr(variant, "stock", None) if variant.is_stock_tracked else None
            twin = Variant.objects.create(
                listing=copy, name=variant.name, sku=variant.sku, price_minor=variant.price_minor,
                position=variant.position, low_stock_at=variant.low_stock_at,
                is_stock_tracked=variant.is_stock_tracked,
            )  # fmt: skip
            if variant.is_stock_tracked:
                count = max(0, counted.available) if counted else 0
                stock.set_on_hand(twin, count, by=by, reference=f"new:{twin.pk}")
        sync_prices(copy)
        stock.refresh_listings([copy.pk])
    return listing_for_selling(by, copy.pk)


_COPIED = (
    "kind", "category", "title", "description", "attributes", "currency", "place", "digital_text", "course_chat",
)  # fmt: skip
