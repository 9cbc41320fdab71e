"""The page of who sells: what they have, what buyers say, how they send and take back."""

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from core.errors import DomainError, Invalid
from market.access.listings import shop_for_viewing
from market.actions.shops import follow_shop, unfollow_shop
from market.finding.query import ListingQuery, Sort
from market.finding.search import Found, search_listings
from market.pages.frame import Context, answer, is_partial, market_page, person, public, signed_in_to_act
from market.queries.reviews import reviews_of_shop
from market.serializers.listings import listing_cards_json, shop_json
from market.serializers.reviews import reviews_json

_REVIEWS, _REVIEWS_PER_PAGE = 3, 20


@require_safe
@public
def shop(request: HttpRequest, shop_id: int) -> HttpResponse:
    by = person(request)
    found = shop_for_viewing(by, shop_id)
    query = ListingQuery(q=request.GET.get("q", "")[:200], shop=found.pk, sort=_sort(request))
    listings = _find(query, by, request.GET.get("cursor", ""))
    address = reverse("market-shop", args=[shop_id])
    data = shop_json(found, by)
    context: Context = {
        "shop": data,
        "shop_query": query,
        "sorts": [(one.value, label) for one, label in _sorts().items()],
        "page": {"results": listing_cards_json(listings.listings, by)},
        "total": listings.total,
        "next": _next(request, address, listings.next),
        "is_later": "cursor" in request.GET,
        "page_url": request.build_absolute_uri(address),
    }
    if is_partial(request):
        return market_page(request, "market/_search_more.html", context)
    reviews = reviews_json(list(reviews_of_shop(found)[:_REVIEWS])) if data["rating_count"] else []
    return market_page(request, "market/shop.html", {**context, "reviews": reviews})


def _sorts() -> dict[Sort, str]:
    return {Sort.BEST: _("Newest first"), Sort.CHEAPEST: _("Cheapest first"), Sort.DEAREST: _("Dearest first")}


def _sort(request: HttpRequest) -> Sort:
    wanted = request.GET.get("sort", "")
    return Sort(wanted) if wanted in {one.value for one in _sorts()} else Sort.BEST


def _find(query: ListingQuery, by: User | None, cursor: str) -> Found:
    try:
        return search_listings(query, by=by, cursor=cursor)
    except Invalid:  # an old link into pages that are no longer there
        return search_listings(query, by=by)


def _next(request: HttpRequest, address: str, cursor: str | None) -> str:
    if not cursor:
        return ""
    parameters = request.GET.copy()
    parameters["cursor"] = cursor
    return f"{address}?{parameters.urlencode()}"


@require_safe
@public
def reviews(request: HttpRequest, shop_id: int) -> HttpResponse:
    by = person(request)
    found = shop_for_viewing(by, shop_id)
    page = Paginator(reviews_of_shop(found).order_by("-published_at", "-pk"), _REVIEWS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"shop": shop_json(found, by), "reviews": reviews_json(list(page.object_list)), "page": page}
    return market_page(request, "market/shop_reviews.html", context)


@signed_in_to_act
def follow(request: HttpRequest, shop_id: int) -> HttpResponse:
    by, wants = cast(User, request.user), request.POST.get("on") != "0"
    try:
        if wants:
            follow_shop(by=by, shop_id=shop_id)
        else:
            unfollow_shop(by=by, shop_id=shop_id)
        data = shop_json(shop_for_viewing(by, shop_id), by)
    except DomainError as error:
        return answer(request, said=str(error.detail), is_error=True)
    said = _("You are told of its new things.") if wants else _("You no longer follow this shop.")
    return answer(request, said=said, part=("market/_follow.html", {"shop": data, "is_signed_in": True}))
