"""How the shop presents itself, what it promises, and the ways in which its goods reach people."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.acting import PersonalRequest, attempt
from core.errors import Invalid
from market.actions import delivery
from market.actions.shops import clear_shop_photo, edit_shop, set_shop_photo
from market.models import DeliveryOption, Shop
from market.pages.desk.forms import ShopForm
from market.pages.desk.frame import act_of_seller, desk_page, done, of_seller
from market.pages.once import once
from market.pages.shop_forms import delivery_fields
from market.serializers.listings import shop_card_json

URL = "/market/desk/shop/"


@of_seller
def shop(request: PersonalRequest, found: Shop) -> HttpResponse:
    return _shown(request, found, ShopForm(initial=ShopForm.initial_of(found)))


def _shown(request: PersonalRequest, found: Shop, form: ShopForm) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "card": shop_card_json(found),
        "ways": DeliveryOption.objects.filter(shop=found, is_active=True),
    }
    return desk_page(request, found, "shop", context, status=422 if form.is_bound and form.errors else 200)


@act_of_seller
def save(request: PersonalRequest, found: Shop) -> HttpResponse:
    form = ShopForm(request.POST)
    if form.is_valid() and attempt(form, lambda: edit_shop(by=request.user, **form.changes())):
        messages.success(request, _("Saved."))
        return redirect(URL)
    return _shown(request, found, form)


@act_of_seller
def photo(request: PersonalRequest, found: Shop) -> HttpResponse:
    def act() -> None:
        if request.POST.get("remove"):
            clear_shop_photo(by=request.user)
            return
        file = request.FILES.get("photo")
        if file is None:
            raise Invalid("file_missing", _("Choose a picture."), field="photo")
        set_shop_photo(by=request.user, file=file)

    return done(request, act, said=_("Saved."), then=URL)


@act_of_seller
def add_way(request: PersonalRequest, found: Shop) -> HttpResponse:
    by = request.user

    def add() -> int:
        return delivery.add_delivery_option(by=by, **delivery_fields(request.POST, found.currency)).pk

    key = request.POST.get("once", "")
    return done(request, lambda: once(by, key, add), said=_("Added."), then=f"{URL}#ways")


@act_of_seller
def change_way(request: PersonalRequest, found: Shop, way: int) -> HttpResponse:
    by = request.user
    if request.POST.get("remove"):
        return done(
            request, lambda: delivery.remove_delivery_option(by=by, option_id=way), said=_("Removed."),
            then=f"{URL}#ways",
        )  # fmt: skip
    return done(
        request,
        lambda: delivery.edit_delivery_option(by=by, option_id=way, **delivery_fields(request.POST, found.currency)),
        said=_("Saved."), then=f"{URL}#ways",
    )  # fmt: skip
