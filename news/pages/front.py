"""The front page of one's own, topics, what is saved, what was read, and what is found."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import PersonalRequest, act
from core.errors import Invalid, NotFound
from core.paging import decode_cursor, encode_cursor
from news.actions.opening import forget_opened
from news.actions.topics import follow_topic, unfollow_topic
from news.foryou.front import Card, cards_of, front_page
from news.models import Bookmark, Cluster, Follow, Opened, Source, Story, TopicFollow
from news.pages.frame import PER_PAGE, cards_page, newest
from news.queries import moment_and_id, stories_for_reader
from news.rules import rules_of
from news.search import found
from news.topics import TOPICS

_SEARCH_CHARS = 200


@login_required
@require_safe
@never_cache
def front(request: PersonalRequest) -> HttpResponse:
    """Ranked; a cursor that is none begins anew."""
    try:
        page = front_page(request.user, request.GET.get("cursor", ""))
    except Invalid:
        page = front_page(request.user)
    follows_any = (
        Follow.objects.filter(user=request.user).exists() or TopicFollow.objects.filter(user=request.user).exists()
    )
    return cards_page(request, "news/front.html", page.cards, page.next, follows_any=follows_any, part="front")


@login_required
@require_safe
@never_cache
def topics(request: PersonalRequest) -> HttpResponse:
    followed = set(TopicFollow.objects.filter(user=request.user).values_list("topic", flat=True))
    rows = [(topic, topic.slug in followed) for topic in TOPICS.values()]
    return render(request, "news/topics.html", {"rows": rows, "part": "topics"})


@login_required
@require_safe
@never_cache
def topic(request: PersonalRequest, topic: str) -> HttpResponse:
    if topic not in TOPICS:
        raise NotFound("topic_not_found")
    stories = Story.objects.out().public().filter(topics__topic=topic)
    cards, cursor = newest(request, stories)
    rules = rules_of(request.user)
    shown = [card for card in cards if not rules.hides(card.story)]
    is_followed = TopicFollow.objects.filter(user=request.user, topic=topic).exists()
    return cards_page(
        request, "news/topic.html", shown, cursor, topic=TOPICS[topic], is_followed=is_followed, part="topics"
    )


@login_required
@require_POST
def turn_topic(request: PersonalRequest, topic: str) -> HttpResponse:
    """Follow it, or no more."""
    is_wanted = request.POST.get("follow") == "1"
    done = _("You follow this topic.") if is_wanted else _("You follow this topic no more.")
    action = follow_topic if is_wanted else unfollow_topic
    act(request, lambda: action(by=request.user, topic=topic), done=done, then="news-topics")
    return redirect("news-topic", topic) if request.POST.get("back") == "topic" else redirect("news-topics")


@login_required
@require_safe
@never_cache
def saved(request: PersonalRequest) -> HttpResponse:
    rows = Bookmark.objects.filter(user=request.user).order_by("-saved_at", "-pk")
    cards, cursor = _kept(request, rows, "saved_at")
    return cards_page(request, "news/saved.html", cards, cursor, part="saved")


@login_required
@require_safe
@never_cache
def history(request: PersonalRequest) -> HttpResponse:
    rows = Opened.objects.filter(user=request.user).order_by("-opened_at", "-pk")
    cards, cursor = _kept(request, rows, "opened_at")
    return cards_page(request, "news/history.html", cards, cursor, part="history")


def _kept(request: PersonalRequest, rows: Any, field: str) -> tuple[list[Card], str]:
    """Stories of the reader's own rows that are still there, in the order of the rows."""
    if cursor := request.GET.get("cursor", ""):
        try:
            at, pk = moment_and_id(decode_cursor(cursor, 2))
            rows = rows.filter(Q(**{f"{field}__lt": at}) | Q(**{field: at, "pk__lt": pk}))
        except Invalid:
            rows = rows.none()
    page = list(rows[: PER_PAGE + 1])
    ids = [row.story_id for row in page[:PER_PAGE]]
    there = Story.objects.out().exclude(source__state=Source.State.REMOVED).filter(pk__in=ids)
    shown = there.select_related("source", "cluster")
    stories = {story.pk: story for story in shown}
    kept = [stories[pk] for pk in ids if pk in stories]
    last = page[PER_PAGE - 1] if len(page) > PER_PAGE else None
    following = encode_cursor(getattr(last, field), last.pk) if last else ""
    return cards_of(request.user, kept), following


@login_required
@require_POST
def forget_history(request: PersonalRequest) -> HttpResponse:
    return act(request, lambda: forget_opened(by=request.user), done=_("Your history is empty."), then="news-history")


@login_required
@require_safe
@never_cache
def search(request: PersonalRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:_SEARCH_CHARS]
    if not text:
        return cards_page(request, "news/search.html", [], "", text="", part="search")
    try:
        with found(request.user, text) as stories:
            cards, cursor = newest(request, stories)
    except Invalid:
        cards, cursor = [], ""
    return cards_page(request, "news/search.html", cards, cursor, urlencode({"q": text}), text=text, part="search")


@login_required
@require_safe
def event(request: PersonalRequest, event: int) -> HttpResponse:
    """The address of an event leads to its first report, also after it became one with another."""
    cluster = Cluster.objects.select_related("merged_into").filter(pk=min(event, 2**63 - 1)).first()
    cluster = cluster.merged_into or cluster if cluster else None
    reports = stories_for_reader(request.user).filter(cluster=cluster) if cluster else Story.objects.none()
    story = reports.order_by("is_copy", "published_at").first()
    if story is None:
        raise NotFound("story_not_found")
    return redirect("news-story", story.pk)
