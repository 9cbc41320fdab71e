"""A person's shop: there from the first listing on, with a name, policies, holidays, and people who follow it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import one_line, plain
from core import limits
from core.errors import Conflict, Invalid
from core.images import prepare_photo, remove_photo
from market import outbox
from market.access.listings import own_shop, require_may_sell, shop_for_viewing
from market.finding.index import index_shop
from market.models import DeliveryOption, Listing, Order, Shop, ShopFollow
from market.money import exponent

EDITABLE = frozenset(
    {
        "kind", "name", "about", "country", "shipping_policy", "return_policy", "return_days", "ship_within_days",
        "legal_name", "legal_address", "tax_id", "vat_bp", "holiday_until", "holiday_note", "is_away", "away_message",
    }
)  # fmt: skip
_LINES = frozenset({"name", "holiday_note", "legal_name", "tax_id"})
_TEXTS = frozenset({"about", "shipping_policy", "return_policy", "legal_address", "away_message"})
_PARCEL_MINOR = 490  # of two decimals; the seller sets their own


def shop_of(by: User) -> Shop:
    """The person's shop, made now if there is none. Raises Forbidden("sanctioned")."""
    shop = Shop.objects.select_related("owner").filter(owner=by).first()
    if shop is None:
        require_may_sell(by)
        shop = _open_shop(by)
    if shop.closed_at is not None:
        raise Conflict("shop_closed", _("This shop is closed."))
    return shop


def _open_shop(by: User) -> Shop:
    try:
        with transaction.atomic():
            shop = Shop.objects.create(owner=by, name=by.display_name[:64])
            DeliveryOption.objects.bulk_create(
                [
                    DeliveryOption(
                        shop=shop, kind=DeliveryOption.Kind.IN_PERSON, name=_("Hand-over in person"), days_min=0
                    ),
                    DeliveryOption(
                        shop=shop, kind=DeliveryOption.Kind.SHIPPING, name=_("Parcel"), price_minor=_PARCEL_MINOR,
                        position=1,
                    ),
                ]
            )  # fmt: skip
    except IntegrityError:  # made by another request of theirs a moment ago
        return Shop.objects.select_related("owner").get(owner=by)
    return Shop.objects.select_related("owner").get(pk=shop.pk)


def edit_shop(*, by: User, **changes: Any) -> Shop:
    """`currency` only while nothing is priced in it. Raises Conflict("currency_in_use"), Invalid, Forbidden."""
    require_may_sell(by)
    limits.check("shop_edit", by.pk)
    currency = changes.pop("currency", None)
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise Invalid("unknown_field", fields=sorted(unknown))
    changes |= {name: one_line(changes[name]) for name in _LINES & changes.keys()}
    changes |= {name: plain(changes[name]) for name in _TEXTS & changes.keys()}
    if "name" in changes and not changes["name"]:
        raise Invalid("name_needed", _("A shop needs a name."), field="name")
    shop_of(by)
    with transaction.atomic():
        shop = Shop.objects.select_for_update(no_key=True).get(owner=by)
        for name, value in changes.items():
            setattr(shop, name, value)
        _require_imprint(shop)
        if currency is not None and currency != shop.currency:
            _change_currency(shop, currency)
            changes["currency"] = currency
        if changes:
            shop.save(update_fields=list(changes))
            if "name" in changes:
                index_shop.enqueue(shop=shop.pk)
            outbox.put("shop.changed", shop=shop, data={"fields": sorted(changes)})
    return own_shop(by)


def _require_imprint(shop: Shop) -> None:
    """The law wants to know who a business is; so do its buyers."""
    if shop.kind == Shop.Kind.BUSINESS and not (shop.legal_name.strip() and shop.legal_address.strip()):
        raise Invalid("imprint_needed", _("A business needs its legal name and address."), field="legal_name")


def _change_currency(shop: Shop, currency: str) -> None:
    exponent(currency)  # raises unknown_currency
    listings = Listing.objects.filter(shop=shop)
    is_priced = listings.filter(variants__price_minor__gt=0).exists() or listings.filter(price_minor__gt=0).exists()
    if is_priced or Order.objects.filter(shop=shop).exists() or shop.coupons.exists():
        raise Conflict("currency_in_use", _("Prices and orders are in the present currency."), field="currency")
    listings.update(currency=currency)
    shop.delivery_options.update(price_minor=0, extra_minor=0, free_from_minor=None)
    shop.currency = currency


def set_shop_photo(*, by: User, file: Any) -> Shop:
    """Raises Invalid("photo_unreadable") or TooLarge("photo_too_large")."""
    require_may_sell(by)
    limits.check("shop_edit", by.pk)
    shop_of(by)
    content = prepare_photo(file)  # before the lock: decoding takes a moment
    with transaction.atomic():
        shop = Shop.objects.select_for_update(no_key=True).get(owner=by)
        remove_photo(shop.photo)
        shop.photo.save(content.name or "photo.webp", content, save=False)
        shop.save(update_fields=["photo"])
    return own_shop(by)


def clear_shop_photo(*, by: User) -> Shop:
    own_shop(by)
    with transaction.atomic():
        shop = Shop.objects.select_for_update(no_key=True).get(owner=by)
        if shop.photo:
            remove_photo(shop.photo)
            shop.save(update_fields=["photo"])
    return own_shop(by)


def follow_shop(*, by: User, shop_id: int) -> Shop:
    """Be told of its new listings. Twice is once. Raises NotFound, Invalid("own_shop")."""
    shop = shop_for_viewing(by, shop_id)
    if shop.owner_id == by.pk:
        raise Invalid("own_shop", _("That is yours."))
    limits.check("follow", by.pk)
    with transaction.atomic():
        _follow, is_new = ShopFollow.objects.get_or_create(shop=shop, user=by)
        if is_new:
            Shop.objects.filter(pk=shop.pk).update(follower_count=F("follower_count") + 1)
    return shop_for_viewing(by, shop_id)


def unfollow_shop(*, by: User, shop_id: int) -> None:
    """Also of a shop that one may no longer see. Twice is once."""
    with transaction.atomic():
        if ShopFollow.objects.filter(shop=shop_id, user=by).delete()[0]:
            Shop.objects.filter(pk=shop_id, follower_count__gt=0).update(follower_count=F("follower_count") - 1)
