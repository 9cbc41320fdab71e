"""What the lists of the news have in common: a page of cards, and the rest of it for htmx alone."""

from collections.abc import Sequence
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from accounts.acting import PersonalRequest
from core.errors import Invalid
from core.paging import decode_cursor, encode_cursor
from news.foryou.front import Card, cards_of
from news.models import Bookmark, Story
from news.queries import page_before

PER_PAGE = 20


def wants_part(request: HttpRequest) -> bool:
    """htmx asks for further lines; a browser that goes back wants all of the page."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not cast(Any, htmx).history_restore_request


def cards_page(
    request: PersonalRequest, template: str, cards: Sequence[Card], cursor: str, query: str = "", **context: Any
) -> HttpResponse:
    """`query`: what the address of the next page needs besides its cursor, quoted."""
    shown = [card.story.pk for card in cards]
    saved = set(Bookmark.objects.filter(user=request.user, story__in=shown).values_list("story", flat=True))
    given = {"cards": cards, "cursor": cursor, "query": query, "saved": saved, **context}
    response = render(request, "news/_cards.html" if wants_part(request) else template, given)
    patch_vary_headers(response, ["HX-Request"])
    return response


def newest(request: PersonalRequest, stories: QuerySet[Story]) -> tuple[list[Card], str]:
    """A page of them by time, the newest first, and the cursor of the next."""
    if cursor := request.GET.get("cursor", ""):
        try:
            stories = page_before(stories, *decode_cursor(cursor, 2))
        except Invalid:
            stories = stories.none()
    found = list(stories.select_related("source", "cluster").order_by("-published_at", "-pk")[: PER_PAGE + 1])
    last = found[PER_PAGE - 1] if len(found) > PER_PAGE else None
    cards = cards_of(request.user, found[:PER_PAGE])
    return cards, encode_cursor(last.published_at, last.pk) if last else ""
