"""The photos of a listing in its editor: each act answers the row of photos, or without a script the editor."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import PersonalRequest
from core.errors import DomainError
from market.access.listings import listing_for_selling
from market.actions import photos as actions
from market.pages.cart import number
from market.pages.frame import answer, is_partial, market_page
from market.serializers.listings import photo_json

_PART = "market/sell/_photos.html"


@login_required
@require_safe
@never_cache
def row(request: PersonalRequest, listing_id: int) -> HttpResponse:
    """While some are still being made small."""
    return market_page(request, _PART, _context(request, listing_id))


def _context(request: PersonalRequest, listing_id: int) -> dict[str, Any]:
    listing = listing_for_selling(request.user, listing_id)
    photos = [photo_json(photo) for photo in listing.photos.order_by("position", "id")]
    return {"listing": {"id": listing.pk, "photos": photos}, "photo_limit": 12}


def _done(request: PersonalRequest, listing_id: int, action: Callable[[], Any], said: str = "") -> HttpResponse:
    listing_for_selling(request.user, listing_id)
    error = ""
    try:
        action()
    except DomainError as refused:
        error = str(refused.detail)
    then = f"{reverse('market-sell-edit', args=[listing_id])}#photos"
    if not is_partial(request):
        return answer(request, said=error or said, is_error=bool(error), then=then)
    part = (_PART, _context(request, listing_id))
    return answer(request, said=error or said, is_error=bool(error), part=part)


@login_required
@require_POST
@never_cache
def add(request: PersonalRequest, listing_id: int) -> HttpResponse:
    files = request.FILES.getlist("photos")

    def upload() -> None:
        for file in files:
            actions.add_photo(by=request.user, listing_id=listing_id, file=file)

    return _done(request, listing_id, upload)


@login_required
@require_POST
@never_cache
def remove(request: PersonalRequest, listing_id: int, photo_id: int) -> HttpResponse:
    return _done(
        request, listing_id, lambda: actions.remove_photo(by=request.user, listing_id=listing_id, photo_id=photo_id)
    )


@login_required
@require_POST
@never_cache
def move(request: PersonalRequest, listing_id: int, photo_id: int) -> HttpResponse:
    """One place nearer to the beginning (by=-1) or to the end (by=1); by=first makes it the cover."""
    listing = listing_for_selling(request.user, listing_id)
    ids = list(listing.photos.order_by("position", "id").values_list("pk", flat=True))
    if photo_id in ids:
        place = ids.index(photo_id)
        ids.remove(photo_id)
        wanted = {"first": 0, "-1": place - 1, "1": place + 1}.get(request.POST.get("by", ""), place)
        ids.insert(max(0, wanted), photo_id)
    return _done(request, listing_id, lambda: actions.order_photos(by=request.user, listing_id=listing_id, ids=ids))


@login_required
@require_POST
@never_cache
def order(request: PersonalRequest, listing_id: int) -> HttpResponse:
    ids = [number(one) for one in request.POST.get("order", "").split(",")[:50]]
    return _done(request, listing_id, lambda: actions.order_photos(by=request.user, listing_id=listing_id, ids=ids))


@login_required
@require_POST
@never_cache
def describe(request: PersonalRequest, listing_id: int, photo_id: int) -> HttpResponse:
    alt = request.POST.get(f"alt-{photo_id}", request.POST.get("alt", ""))[:200]
    return _done(
        request, listing_id,
        lambda: actions.describe_photo(by=request.user, listing_id=listing_id, photo_id=photo_id, alt=alt),
        _("Described."),
    )  # fmt: skip
