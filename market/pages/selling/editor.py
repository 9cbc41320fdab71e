"""Sell something: begin a draft, edit it, have it seen."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import PersonalRequest
from accounts.models import User
from core.errors import DomainError, NotFound
from market.access.listings import listing_for_selling
from market.actions import listings as actions
from market.actions import publishing
from market.actions.photos import add_photo
from market.models import Attribute, DeliveryOption, Listing
from market.money import plain
from market.pages.cart import number
from market.pages.frame import Context, market_page
from market.pages.once import once
from market.pages.selling.saving import errors_of, save_form, variants_of
from market.places import find_places
from market.queries.categories import active_categories, attributes_of_paths
from market.queries.listings import own_listings
from market.queries.selling import class_chats
from market.serializers.listings import attribute_json, listing_cards_json, listing_json

_DRAFTS = 6
_LIFE = {
    "pause": publishing.pause_listing,
    "sold": publishing.mark_sold,
    "renew": publishing.renew_listing,
    "resume": publishing.publish_listing,
}


@login_required
@require_safe
@never_cache
def start(request: PersonalRequest) -> HttpResponse:
    drafts = list(own_listings(request.user, Listing.State.DRAFT).order_by("-updated_at")[:_DRAFTS])
    context = {"drafts": listing_cards_json(drafts), "kinds": Listing.Kind.choices}
    return market_page(request, "market/sell/start.html", context)


@login_required
@require_POST
@never_cache
def create(request: PersonalRequest) -> HttpResponse:
    """A draft of this kind, with the first photos if there are any. An empty one that waits is taken again."""
    by, given = request.user, request.POST
    kind = given.get("kind") if given.get("kind") in Listing.Kind.values else Listing.Kind.GOODS
    try:
        listing_id, is_new = once(by, given.get("once", ""), lambda: _draft(by, str(kind)))
    except DomainError as error:
        messages.error(request, str(error.detail))
        return redirect("market-sell")
    if is_new:
        for file in request.FILES.getlist("photos"):
            try:
                add_photo(by=by, listing_id=listing_id, file=file)
            except DomainError as error:
                messages.error(request, f"{file.name}: {error.detail}")
                break
    return redirect("market-sell-edit", listing_id)


def _draft(by: User, kind: str) -> int:
    empty = own_listings(by, Listing.State.DRAFT).filter(
        kind=kind, title="", description="", price_minor=None, photos=None, revision=1
    )
    found = empty.order_by("-pk").first()
    return found.pk if found else actions.create_listing(by=by, kind=kind).pk


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: PersonalRequest, listing_id: int) -> HttpResponse:
    by = request.user
    listing = listing_for_selling(by, listing_id)
    if request.method != "POST":
        return _shown(request, listing)
    errors = save_form(by, listing, request.POST)
    listing = listing_for_selling(by, listing_id)
    if request.POST.get("act") == "publish" and not errors:
        try:
            listing = publishing.publish_listing(by=by, listing_id=listing_id)
        except DomainError as error:
            errors = errors_of(error)
        else:
            return _published(request, listing)
    if errors:
        return _shown(request, listing, errors=errors)
    messages.success(request, _("Saved."))
    if request.POST.get("act") == "preview":
        return redirect(_url(listing))
    return redirect("market-sell-edit", listing_id)


def _published(request: PersonalRequest, listing: Listing) -> HttpResponse:
    if listing.is_in_review:
        messages.info(request, _("A moderator looks at it first; it is seen by everybody then."))
    else:
        messages.success(request, _("It can be seen by everybody now."))
    return redirect(_url(listing))


def _url(listing: Listing) -> str:
    return listing_cards_json([listing])[0]["url"]


@login_required
@require_POST
@never_cache
def autosave(request: PersonalRequest, listing_id: int) -> JsonResponse:
    """Of drafts, while one types. What is wrong is told and left out; what is published changes by a press alone."""
    by = request.user
    listing = listing_for_selling(by, listing_id)
    if listing.state != Listing.State.DRAFT:
        raise NotFound("listing_not_found")
    errors = save_form(by, listing, request.POST)
    at = time_format(timezone.localtime(), "TIME_FORMAT")
    said = _("Saved at %(time)s") % {"time": at}
    return JsonResponse({"said": said, "errors": {name: str(text) for name, text in errors.items()}})


def _shown(
    request: PersonalRequest, listing: Listing, *, errors: dict[str, Any] | None = None, is_typed: bool = True
) -> HttpResponse:
    """The form; after something was refused, with what was typed into it."""
    by, given = request.user, request.POST if errors and is_typed else None
    data: Any = listing_json(listing, by)
    path = (given.get("category", "") if given else "") or data["category"] or ""
    shown = given.dict() if given else _values(listing)
    variants = variants_of(listing)
    context: Context = {
        "listing": data,
        "row": listing,
        "values": shown,
        "options_chosen": _options_chosen(listing, given),
        "errors": errors or {},
        "conditions": Listing.Condition.choices,
        "kinds": Listing.Kind.choices,
        "categories": _category_groups(),
        "attributes": attributes_shown(path, shown),
        "options": DeliveryOption.objects.filter(shop=listing.shop, is_active=True),
        "variants": _variant_rows(listing, variants, given),
        "has_variants": len(variants) > 1,
        "chats": class_chats(by) if listing.kind == Listing.Kind.COURSE else [],
        "is_draft": listing.state == Listing.State.DRAFT,
        "currency": listing.currency,
        "photo_limit": 12,
    }
    return market_page(request, "market/sell/edit.html", context, status=422 if errors else 200)


def _values(listing: Listing) -> dict[str, Any]:
    """What the form's fields hold when nothing was typed."""
    first = variants_of(listing)[:1]
    count = first[0].stock.on_hand if first and first[0].is_stock_tracked and hasattr(first[0], "stock") else ""
    facts = {f"attr-{key}": _fact(value) for key, value in listing.attributes.items()}
    return {
        "title": listing.title,
        "kind": listing.kind,
        "category": listing.category.path if listing.category else "",
        "condition": listing.condition,
        "description": listing.description,
        "price": "" if listing.price_minor is None else plain(listing.price_minor, listing.currency),
        "stock": count,
        "stock_was": count,
        "takes_offers": listing.takes_offers,
        "max_per_buyer": listing.max_per_buyer or "",
        "town": listing.place,
        "digital_text": listing.digital_text,
        "course_chat": str(listing.course_chat_id or ""),
        "external_id": listing.external_id,
        **facts,
    }


def _fact(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _options_chosen(listing: Listing, given: Any) -> list[int]:
    if given and "has_options" in given:
        return [number(one) for one in given.getlist("option")]
    return list(listing.delivery_options.values_list("pk", flat=True))


def _variant_rows(listing: Listing, variants: list[Any], given: Any) -> list[dict[str, Any]]:
    rows = []
    for variant in variants:
        is_counted = variant.is_stock_tracked and hasattr(variant, "stock")
        row = {
            "id": variant.pk,
            "id_text": str(variant.pk),
            "name": variant.name,
            "sku": variant.sku,
            "price": "" if variant.price_minor is None else plain(variant.price_minor, listing.currency),
            "stock": variant.stock.on_hand if is_counted else "",
            "low_stock_at": variant.low_stock_at or "",
            "photo": str(variant.photo_id or ""),
            "reserved": variant.stock.reserved + variant.stock.allocated if is_counted else 0,
        }
        row["stock_was"] = row["stock"]
        if given:
            row |= {name: given[f"v-{variant.pk}-{name}"] for name in row if f"v-{variant.pk}-{name}" in given}
        rows.append(row)
    return rows


def _category_groups() -> list[dict[str, Any]]:
    """Those at the top, each with what is below it. One query."""
    groups: list[dict[str, Any]] = []
    for category in active_categories():
        depth = category.path.count("/") - 1
        if depth == 0:
            groups.append({"title": category.title, "path": category.path, "below": []})
        else:
            groups[-1]["below"].append({"title": "– " * (depth - 1) + category.title, "path": category.path})
    return groups


def attributes_shown(path: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The facts of a category as fields, each with its value."""
    path = path.strip("/") + "/"
    found: list[Attribute] = attributes_of_paths([path]).get(path, []) if path != "/" else []
    return [
        {**attribute_json(one), "field": f"attr-{one.key}", "value": values.get(f"attr-{one.key}", "")} for one in found
    ]


@login_required
@require_safe
def attributes(request: PersonalRequest) -> HttpResponse:
    """The facts that the chosen category asks for; what was typed stays where it is asked again."""
    context = {"attributes": attributes_shown(request.GET.get("category", "")[:160], request.GET.dict())}
    return market_page(request, "market/sell/_attributes.html", context)


@login_required
@require_safe
def towns(request: PersonalRequest) -> HttpResponse:
    text = request.GET.get("town", "").strip()
    country = getattr(getattr(request.user, "shop", None), "country", "")
    found = find_places(text, country=country, limit=8) if len(text) > 1 else []
    return market_page(request, "market/sell/_towns.html", {"towns": found})


# --- what becomes of it ---------------------------------------------------------------------------


@login_required
@require_POST
@never_cache
def live(request: PersonalRequest, listing_id: int) -> HttpResponse:
    """Pause, sold, renew, resume, copy, delete. Each twice is once."""
    by, act = request.user, request.POST.get("act", "")
    try:
        if act == "copy":
            copy_id, _is_new = once(
                by, request.POST.get("once", ""), lambda: actions.duplicate_listing(by=by, listing_id=listing_id).pk
            )
            return redirect("market-sell-edit", copy_id)
        if act == "delete":
            actions.delete_listing(by=by, listing_id=listing_id)
            messages.success(request, _("Deleted."))
            return redirect("market-desk-listings")
        if act not in _LIFE:
            raise NotFound("listing_not_found")
        listing = _LIFE[act](by=by, listing_id=listing_id)
    except NotFound:
        raise
    except DomainError as error:
        if error.code in ("listing_incomplete", "prohibited", "sold_out"):
            return _shown_refused(request, listing_id, error)
        messages.error(request, str(error.detail))
    else:
        messages.success(request, _life_said(act, listing))
    return redirect("market-sell-edit", listing_id)


def _shown_refused(request: PersonalRequest, listing_id: int, error: DomainError) -> HttpResponse:
    listing = listing_for_selling(request.user, listing_id)
    return _shown(request, listing, errors=errors_of(error), is_typed=False)


def _life_said(act: str, listing: Listing) -> str:
    if listing.is_in_review:
        return _("A moderator looks at it first; it is seen by everybody then.")
    return {
        "pause": _("Paused. Nobody finds it until you resume it."),
        "sold": _("Marked as sold."),
        "renew": _("Renewed for sixty days."),
        "resume": _("It can be seen by everybody again."),
    }[act]
