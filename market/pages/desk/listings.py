"""What the shop sells: by state, with the number of pieces to change on the spot, and several at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.acting import PersonalRequest
from core.errors import DomainError
from market.access.listings import variant_for_selling
from market.actions import publishing
from market.actions.listings import delete_listing
from market.actions.variants import set_stock
from market.models import Listing, Shop
from market.pages.cart import number
from market.pages.desk.frame import act_of_seller, desk_page, of_seller
from market.pages.frame import answer, is_partial, next_of
from market.queries.listings import own_counts, own_listings
from market.serializers.listings import listing_cards_json

PER_PAGE = 30
AT_ONCE = 100
_STATES = ("", *(state for state in Listing.State.values if state != Listing.State.DELETED))
_ACTS: dict[str, Callable[..., Any]] = {
    "pause": publishing.pause_listing,
    "renew": publishing.renew_listing,
    "publish": publishing.publish_listing,
    "sold": publishing.mark_sold,
    "delete": delete_listing,
}


@of_seller
def listings(request: PersonalRequest, shop: Shop) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in _STATES else ""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    rows = own_listings(request.user, state)
    if text:
        rows = rows.filter(title__icontains=text)
    page = Paginator(rows.order_by("-updated_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    counts: dict[str, int] = own_counts(request.user)
    labels = dict(Listing.State.choices)
    context = {
        "page": page,
        "rows": _rows(list(page.object_list)),
        "state": state,
        "states": [
            (name, labels.get(name, _("All")), counts.get(name, sum(counts.values())))
            for name in _STATES
            if name in ("", state, Listing.State.PUBLISHED) or counts.get(name)
        ],
        "text": text,
        "labels": labels,
    }  # fmt: skip
    return desk_page(request, shop, "listings", context)


def _rows(found: list[Listing]) -> list[dict[str, Any]]:
    """Cards, with what only the seller sees. No query beyond those of the cards."""
    cards: Any = listing_cards_json(found)
    shown = []
    for listing, card in zip(found, cards, strict=True):
        variants = list(listing.variants.all())
        only = variants[0] if len(variants) == 1 else None
        stock = getattr(only, "stock", None) if only is not None and only.is_stock_tracked else None
        shown.append({
            **card, "row": listing, "variant": only, "variant_count": len(variants),
            "on_hand": stock.on_hand if stock else None,
            "held": stock.reserved + stock.allocated if stock else 0,
        })  # fmt: skip
    return shown


@act_of_seller
def batch(request: PersonalRequest, shop: Shop) -> HttpResponse:
    """Each of those that are ticked stands for itself; twice is once."""
    act = _ACTS.get(request.POST.get("act", ""))
    ids = list(dict.fromkeys(number(one) for one in request.POST.getlist("listing")[:AT_ONCE] if number(one)))
    done = 0
    if act is None or not ids:
        messages.warning(request, _("Tick the listings first."))
        return redirect(next_of(request, "/market/desk/listings/"))
    titles = dict(own_listings(request.user).filter(pk__in=ids).values_list("pk", "title"))
    for listing_id in ids:
        try:
            act(by=request.user, listing_id=listing_id)
        except DomainError as error:
            messages.error(request, f"{titles.get(listing_id) or listing_id}: {error.detail}")
        else:
            done += 1
    if done:
        said = ngettext("%(count)d listing is changed.", "%(count)d listings are changed.", done)
        messages.success(request, said % {"count": done})
    return redirect(next_of(request, "/market/desk/listings/"))


@act_of_seller
def stock(request: PersonalRequest, shop: Shop, variant_id: int) -> HttpResponse:
    """So many are there now; nothing means that there is no end of it."""
    variant = variant_for_selling(request.user, variant_id)
    text = request.POST.get("on_hand", "").strip()
    said, is_error = _("%(title)s: saved.") % {"title": variant.listing.title}, False
    if text and number(text, -1) < 0:
        said, is_error = _("A whole number, or nothing if there is no end of it."), True
    else:
        try:
            set_stock(by=request.user, variant_id=variant.pk, on_hand=number(text) if text else None)
        except DomainError as error:
            said, is_error = str(error.detail), True
    then = "" if is_partial(request) else next_of(request, "/market/desk/listings/")
    return answer(request, said=said, is_error=is_error, then=then)
