"""Coupons of a shop: made by the seller, taken inside the transaction of a checkout, given back when that fails."""

import re
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Conflict, Invalid
from market.access.listings import own_shop, require_may_sell
from market.access.offers import coupon_for_editing
from market.models import Coupon, CouponUse, Order, Shop
from market.money import MAX_MINOR, money_json, part

_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{2,31}", re.ASCII)
_EDITABLE = ("value", "min_items_minor", "max_uses", "per_buyer", "valid_from", "valid_until", "is_active")


# --- the seller's ----------------------------------------------------------------------------


def create_coupon(*, by: User, code: str, kind: str, value: int, **terms: Any) -> Coupon:
    """`value`: basis points, or minor units of the shop's currency. `terms`: the other fields of the model.

    Raises NotFound("shop_not_found"), Forbidden("sanctioned"), Invalid("bad_code", "bad_value", "bad_amount",
    "bad_count", "bad_period"), Conflict("coupon_exists", "too_many_coupons").
    """
    require_may_sell(by)
    shop = own_shop(by)
    code = normal_code(code)
    if not _CODE.fullmatch(code):
        raise Invalid("bad_code", _("3 to 32 of A-Z, 0-9, - and _."), field="code")
    coupon = Coupon(shop=shop, code=code, kind=kind, value=value, **_known(terms))
    _check(coupon)
    if Coupon.objects.filter(shop=shop).count() >= limits.COUPONS_PER_SHOP:
        raise Conflict("too_many_coupons", limit=limits.COUPONS_PER_SHOP)
    try:
        with transaction.atomic():
            coupon.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("coupon_exists", _("Your shop has a coupon of that code."), field="code") from error
    coupon.refresh_from_db()
    return coupon


def edit_coupon(*, by: User, coupon_id: int, **changes: Any) -> Coupon:
    """All but code and kind. What was ordered keeps its discount. Raises what create_coupon() does."""
    require_may_sell(by)
    coupon = coupon_for_editing(by, coupon_id)
    for name, new in (known := _known(changes)).items():
        setattr(coupon, name, new)
    _check(coupon)
    if known:
        rows = Coupon.objects.filter(pk=coupon.pk)
        if coupon.max_uses is not None:
            rows = rows.filter(use_count__lte=coupon.max_uses)  # it may be used this very moment
        if not rows.update(**known):
            raise Conflict("below_use_count", _("It was used more often than that."), field="max_uses")
    coupon.refresh_from_db()
    return coupon


def delete_coupon(*, by: User, coupon_id: int) -> None:
    """One that was used stays for the books of its orders, switched off."""
    coupon = coupon_for_editing(by, coupon_id)
    Coupon.objects.filter(pk=coupon.pk).update(is_active=False)
    if not Order.objects.filter(coupon=coupon).exists() and not CouponUse.objects.filter(coupon=coupon).exists():
        try:
            with transaction.atomic():
                coupon.delete()
        except IntegrityError:  # an order came in between; the coupon is off
            return


def _known(terms: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in terms.items() if name in _EDITABLE}


def _check(coupon: Coupon) -> None:
    most = 10_000 if coupon.kind == Coupon.Kind.PERCENT else MAX_MINOR
    if coupon.kind not in Coupon.Kind.values or not 0 < coupon.value <= most:
        raise Invalid("bad_value", _("This is no possible discount."), field="value", limit=most)
    if not 0 <= coupon.min_items_minor <= MAX_MINOR:
        raise Invalid("bad_amount", field="min_items_minor")
    if coupon.max_uses is not None and not 1 <= coupon.max_uses <= 1_000_000:
        raise Invalid("bad_count", field="max_uses")
    if not 1 <= coupon.per_buyer <= 100:
        raise Invalid("bad_count", field="per_buyer")
    if coupon.valid_from and coupon.valid_until and coupon.valid_until <= coupon.valid_from:
        raise Invalid("bad_period", _("It would end before it begins."), field="valid_until")


# --- at the checkout --------------------------------------------------------------------------


def normal_code(code: str) -> str:
    return code.strip().upper()[:64]


def coupon_for_checkout(*, shop: Shop, code: str, buyer: User, items_minor: int) -> Coupon:
    """What the code stands for in this shop, if this buyer can use it on goods of that worth.

    Raises Invalid("coupon_unknown"), Conflict("coupon_expired", "coupon_not_yet", "coupon_used_up",
    "coupon_used_by_you", "coupon_minimum"), RateLimited for who tries codes.
    """
    limits.check("coupon", buyer.pk)
    coupon = Coupon.objects.filter(shop=shop, code=normal_code(code), is_active=True).first()
    if coupon is None:
        raise Invalid("coupon_unknown", _("This shop has no such coupon."), field="coupon", shop=shop.pk)
    now = timezone.now()
    if coupon.valid_until is not None and coupon.valid_until <= now:
        raise _conflict(coupon, "coupon_expired", _("This coupon has expired."))
    if coupon.valid_from is not None and coupon.valid_from > now:
        raise _conflict(coupon, "coupon_not_yet", _("This coupon is not valid yet."))
    if coupon.max_uses is not None and coupon.use_count >= coupon.max_uses:
        raise _used_up(coupon)
    if CouponUse.objects.filter(coupon=coupon, buyer=buyer).count() >= coupon.per_buyer:
        raise _used_by_you(coupon)
    if items_minor < coupon.min_items_minor:
        least = money_json(coupon.min_items_minor, shop.currency)
        detail = _("This coupon is for orders from %(least)s.") % {"least": least["text"]}
        raise Conflict("coupon_minimum", detail, field="coupon", shop=shop.pk, minimum=least)
    return coupon


def discount_of(coupon: Coupon, items_minor: int) -> int:
    """In minor units, never more than the goods cost; percents half up."""
    if coupon.kind == Coupon.Kind.PERCENT:
        return min(items_minor, part(items_minor, coupon.value))
    return min(items_minor, coupon.value)


def take_coupon(coupon: Coupon, buyer: User, order: Order) -> CouponUse:
    """Use it for this order, in the caller's transaction. Raises Conflict("coupon_used_up", "coupon_used_by_you").

    The counter is one guarded update; its row stays locked until the caller commits, so the slots are read after it.
    """
    now = timezone.now()
    usable = Coupon.objects.filter(_valid_at(now), pk=coupon.pk, is_active=True)
    usable = usable.filter(Q(max_uses=None) | Q(use_count__lt=F("max_uses")))
    with transaction.atomic():
        if not usable.update(use_count=F("use_count") + 1):
            raise _used_up(coupon)
        used = set(CouponUse.objects.filter(coupon=coupon, buyer=buyer).values_list("slot", flat=True))
        slot = next((one for one in range(1, coupon.per_buyer + 1) if one not in used), None)
        if slot is None:
            raise _used_by_you(coupon)
        return CouponUse.objects.create(coupon=coupon, buyer=buyer, order=order, slot=slot)


def give_back(order: Order) -> bool:
    """The order came to nothing: its coupon can be used again. Twice is once; False when there was nothing."""
    with transaction.atomic():
        use = CouponUse.objects.filter(order=order).first()
        if use is None or not CouponUse.objects.filter(pk=use.pk).delete()[0]:
            return False
        Coupon.objects.filter(pk=use.coupon_id, use_count__gt=0).update(use_count=F("use_count") - 1)
    return True


def _valid_at(now: datetime) -> Q:
    return (Q(valid_from=None) | Q(valid_from__lte=now)) & (Q(valid_until=None) | Q(valid_until__gt=now))


def _conflict(coupon: Coupon, code: str, detail: Any) -> Conflict:
    return Conflict(code, detail, field="coupon", shop=coupon.shop_id)


def _used_up(coupon: Coupon) -> Conflict:
    return _conflict(coupon, "coupon_used_up", _("This coupon is used up."))


def _used_by_you(coupon: Coupon) -> Conflict:
    return _conflict(coupon, "coupon_used_by_you", _("You have used this coupon."))
