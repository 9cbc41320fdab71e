"""What helps to sell: coupons, and sentences that are said often."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.acting import PersonalRequest
from core.errors import DomainError, Invalid
from market.actions import coupons as coupon_actions
from market.actions import delivery as reply_actions
from market.models import Coupon, QuickReply, Shop
from market.pages.desk.frame import act_of_seller, desk_page, done, of_seller
from market.pages.shop_forms import coupon_fields
from market.serializers.cart import coupon_json

COUPONS, REPLIES = "/market/desk/coupons/", "/market/desk/replies/"
_SHOWN = 200


@of_seller
def coupons(request: PersonalRequest, shop: Shop) -> HttpResponse:
    return _coupons(request, shop)


def _coupons(request: PersonalRequest, shop: Shop, error: DomainError | None = None) -> HttpResponse:
    rows = Coupon.objects.filter(shop=shop).select_related("shop").order_by("-is_active", "-pk")[:_SHOWN]
    context: dict[str, Any] = {
        "coupons": [coupon_json(one) for one in rows],
        "errors": {str(error.extra.get("field") or "code"): error.detail} if error else {},
        "typed": request.POST,
    }
    return desk_page(request, shop, "coupons", context, status=error.status if error else 200)


@act_of_seller
def add_coupon(request: PersonalRequest, shop: Shop) -> HttpResponse:
    try:
        fields = coupon_fields(request.POST, shop.currency)
        coupon_actions.create_coupon(by=request.user, code=request.POST.get("code", ""), **fields)
    except DomainError as error:
        return _coupons(request, shop, error)
    return done(request, lambda: None, said=_("The coupon can be used now."), then=COUPONS)


@act_of_seller
def change_coupon(request: PersonalRequest, shop: Shop, coupon: int) -> HttpResponse:
    """On, off, or away."""
    by, act = request.user, request.POST.get("act", "")
    if act == "delete":
        return done(
            request, lambda: coupon_actions.delete_coupon(by=by, coupon_id=coupon), said=_("Removed."), then=COUPONS
        )
    return done(
        request, lambda: coupon_actions.edit_coupon(by=by, coupon_id=coupon, is_active=act == "on"), said=_("Saved."),
        then=COUPONS,
    )  # fmt: skip


@of_seller
def replies(request: PersonalRequest, shop: Shop) -> HttpResponse:
    return desk_page(request, shop, "replies", {"replies": QuickReply.objects.filter(shop=shop)})


def _reply(request: PersonalRequest) -> dict[str, str]:
    title = " ".join(request.POST.get("title", "").split())
    text = request.POST.get("text", "").strip()
    if not title or len(title) > 40:
        raise Invalid("bad_title", _("A title of at most 40 characters."), field="title")
    if not text or len(text) > 1000:
        raise Invalid("bad_text", _("A sentence of at most 1,000 characters."), field="text")
    return {"title": title, "text": text}


@act_of_seller
def add_reply(request: PersonalRequest, shop: Shop) -> HttpResponse:
    return done(
        request, lambda: reply_actions.add_quick_reply(by=request.user, **_reply(request)), said=_("Added."),
        then=REPLIES,
    )  # fmt: skip


@act_of_seller
def change_reply(request: PersonalRequest, shop: Shop, reply: int) -> HttpResponse:
    by = request.user
    if request.POST.get("remove"):
        return done(
            request, lambda: reply_actions.remove_quick_reply(by=by, reply_id=reply), said=_("Removed."), then=REPLIES
        )
    return done(
        request, lambda: reply_actions.edit_quick_reply(by=by, reply_id=reply, **_reply(request)), said=_("Saved."),
        then=REPLIES,
    )  # fmt: skip
