"""Lists of one's own: favourites, saved searches, what one looked at; and the hearts and bells that fill them."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.acting import PersonalRequest
from accounts.models import User
from core.errors import DomainError
from market.access.listings import listing_for_viewing
from market.actions.favourites import mark_favourite, unmark_favourite
from market.actions.saved_searches import (
    delete_saved_search,
    edit_saved_search,
    save_search,
    saved_search_for_editing,
)
from market.finding.parameters import parse_parameters
from market.finding.views import recent_listings
from market.models import RecentView
from market.pages.addresses import search_url
from market.pages.frame import answer, attempted, market_page, signed_in_to_act
from market.queries import browsing
from market.serializers.finding import saved_search_json
from market.serializers.listings import listing_cards_json

_PER_PAGE = 48


@login_required
@require_safe
def favourites(request: PersonalRequest) -> HttpResponse:
    page = Paginator(browsing.favourites_of(request.user), _PER_PAGE).get_page(request.GET.get("page"))
    cards = listing_cards_json(list(page.object_list), request.user)
    return market_page(request, "market/favourites.html", {"page": page, "cards": cards})


@signed_in_to_act
def set_favourite(request: HttpRequest, listing_id: int) -> HttpResponse:
    """The heart of a card, or the button of a listing's page (`as=tool`)."""
    by, wants = cast(User, request.user), request.POST.get("on") != "0"
    try:
        if wants:
            mark_favourite(by=by, listing_id=listing_id)
        else:
            unmark_favourite(by=by, listing_id=listing_id)
    except DomainError as error:
        return answer(request, said=str(error.detail), is_error=True)
    template = "market/_favourite_tool.html" if request.GET.get("as") == "tool" else "market/components/_heart.html"
    try:
        title = listing_for_viewing(by, listing_id).title
    except DomainError:  # let go of what one may no longer see
        title = ""
    card = {"id": listing_id, "title": title, "is_favourite": wants}
    return answer(request, part=(template, {"card": card, "is_signed_in": True}))


@login_required
@require_safe
def recent(request: PersonalRequest) -> HttpResponse:
    cards = listing_cards_json(recent_listings(request.user), request.user)
    return market_page(request, "market/recent.html", {"cards": cards})


@signed_in_to_act
def forget_recent(request: HttpRequest) -> HttpResponse:
    RecentView.objects.filter(user=cast(User, request.user)).delete()
    return answer(request, said=_("Forgotten."))


@login_required
@require_safe
def saved_searches(request: PersonalRequest) -> HttpResponse:
    searches = [saved_search_json(one) for one in browsing.saved_searches_of(request.user)]
    return market_page(request, "market/saved_searches.html", {"searches": searches})


@login_required
@require_safe
def open_saved_search(request: PersonalRequest, search_id: int) -> HttpResponse:
    saved = saved_search_for_editing(request.user, search_id)
    return redirect(search_url(parse_parameters(saved.query)))


@signed_in_to_act
def keep_search(request: HttpRequest) -> HttpResponse:
    """`search` is the query of the search page, as it writes it."""
    by = cast(User, request.user)
    try:
        wanted = QueryDict(request.POST.get("search", "")[:2000])
        saved, _is_new = save_search(by=by, query={name: wanted.getlist(name) for name in wanted})
    except DomainError as error:
        return answer(request, said=str(error.detail), is_error=True)
    part = ("market/_save_search.html", {"saved": saved, "is_signed_in": True})
    return answer(request, said=_("Saved. You are told when something new matches."), part=part)


@signed_in_to_act
def change_saved_search(request: HttpRequest, search_id: int) -> HttpResponse:
    by = cast(User, request.user)
    try:
        saved = edit_saved_search(by=by, search_id=search_id, is_active=request.POST.get("active") == "1")
    except DomainError as error:
        return answer(request, said=str(error.detail), is_error=True)
    return answer(request, part=("market/_saved_search.html", {"one": saved_search_json(saved)}))


@signed_in_to_act
def forget_saved_search(request: HttpRequest, search_id: int) -> HttpResponse:
    by = cast(User, request.user)
    return attempted(
        request, lambda: delete_saved_search(by=by, search_id=search_id), said=_("Deleted."),
        part=("market/components/_nothing.html", {}),
    )  # fmt: skip
