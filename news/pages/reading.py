"""What a reader reads: the stories of what they follow, and one story."""

import re
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import PersonalRequest, act
from core.errors import Invalid
from core.paging import decode_cursor, encode_cursor
from news.access import story_for_reading
from news.actions.opening import open_story
from news.actions.reading import mark_source_read, mark_unread
from news.models import Bookmark, Follow, Opened, Story
from news.pages.frame import wants_part
from news.queries import follows_of, page_before, read_state, stories_followed, topics_of, unread_counts, unread_only
from news.rules import rules_of
from news.topics import TOPICS

PER_PAGE = 30
MAX_REPORTS = 50
MAX_MARKS = 1_000  # sources in one "all read"
_PICTURE = re.compile(r"<img\b[^>]*>")


@login_required
@require_safe
@never_cache
def following(request: PersonalRequest) -> HttpResponse:
    """Chronological; for htmx the further lines alone."""
    follows = list(follows_of(request.user))
    chosen = _chosen(request, follows)
    lines, cursor = _lines(request, chosen)
    context: dict[str, Any] = {"lines": lines, "cursor": cursor, "query": chosen["query"], "chosen": chosen}
    context["part"] = "following"
    is_part = wants_part(request)
    if not is_part:
        context |= _shelf(request, follows, chosen)
    response = render(request, "news/_lines.html" if is_part else "news/following.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _chosen(request: HttpRequest, follows: list[Follow]) -> dict[str, Any]:
    """What the list is narrowed to. What is not followed (any more) is everything."""
    ids = {str(one.source_id): one for one in follows}
    follow = ids.get(request.GET.get("source", ""))
    folder = request.GET.get("folder", "")
    folder = folder if folder and folder in {one.folder for one in follows} else ""
    is_unread = request.GET.get("unread") == "1"
    parts = {"source": follow.source_id if follow else "", "folder": folder, "unread": "1" if is_unread else ""}
    query = "&".join(f"{name}={_quoted(value)}" for name, value in parts.items() if value)
    return {"follow": follow, "folder": folder, "is_unread": is_unread, "query": query}


def _quoted(value: object) -> str:
    return re.sub(r"[^\w]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), str(value), flags=re.A)


def _lines(request: PersonalRequest, chosen: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    follow = chosen["follow"]
    stories = stories_followed(
        request.user, folder=chosen["folder"] or None, source_id=follow.source_id if follow else None
    )
    if chosen["is_unread"]:
        stories = unread_only(stories, request.user)
    if cursor := request.GET.get("cursor", ""):
        try:
            stories = page_before(stories, *decode_cursor(cursor, 2))
        except Invalid:
            stories = stories.none()
    found = list(stories.order_by("-published_at", "-pk")[: PER_PAGE + 1])
    state = read_state(request.user, found)
    rules, topics = rules_of(request.user), topics_of(found)
    lines = [
        {"story": story, "is_read": state.has_read(story)}
        for story in found[:PER_PAGE]
        if not rules.hides(story, topics.get(story.pk, ()))
    ]
    last = found[PER_PAGE - 1] if len(found) > PER_PAGE else None
    return lines, encode_cursor(last.published_at, last.pk) if last else ""


def _shelf(request: PersonalRequest, follows: list[Follow], chosen: dict[str, Any]) -> dict[str, Any]:
    """The sources at the side, in their folders, with what is unread; and what "all read" would mark."""
    counts = unread_counts(request.user, [one.source for one in follows])
    folders: dict[str, list[dict[str, Any]]] = {}
    for one in follows:
        row = {
            "follow": one,
            "source": one.source,
            "title": one.title or one.source.title,
            "unread": counts[one.source.pk],
        }
        folders.setdefault(one.folder, []).append(row)
    shown = [row for rows in folders.values() for row in rows if _is_shown(row["follow"], chosen)]
    return {
        "folders": [(name, sum(row["unread"] for row in rows), rows) for name, rows in folders.items()],
        "unread": sum(counts.values()),
        "shown_unread": sum(row["unread"] for row in shown),
        "marks": ",".join(f"{row['source'].pk}:{row['source'].last_seq}" for row in shown[:MAX_MARKS] if row["unread"]),
        "has_follows": bool(follows),
    }


def _is_shown(follow: Follow, chosen: dict[str, Any]) -> bool:
    if chosen["follow"]:
        return follow.pk == chosen["follow"].pk
    return not chosen["folder"] or follow.folder == chosen["folder"]


@login_required
@require_POST
def mark_all(request: PersonalRequest) -> HttpResponse:
    """What was on the page, and nothing that came in since: each source up to the seq it had then."""
    marks = re.findall(r"(\d{1,18}):(\d{1,18})", request.POST.get("marks", "")[: MAX_MARKS * 40])[:MAX_MARKS]

    def mark() -> None:
        followed = {one.source_id: one.source for one in follows_of(request.user)}
        for source_id, seq in marks:
            if source := followed.get(int(source_id)):
                mark_source_read(by=request.user, source=source, up_to_seq=int(seq))

    return act(request, mark, done=_("All of it is marked as read."), then="news-following")


@login_required
@require_safe
@never_cache
def story(request: PersonalRequest, story: int) -> HttpResponse:
    found = story_for_reading(request.user, story)
    # Its pictures lie with strangers, who would learn who reads what.
    html, pictures = _PICTURE.subn("", found.text.html)
    context = {
        "story": found,
        "html": mark_safe(html),  # noqa: S308  (cleaned when it was stored: news/cleaning.py)
        "picture_count": pictures,
        "minutes": max(1, round(found.word_count / 220)),
        "is_opened": Opened.objects.filter(user=request.user, story=found).exists()
        and read_state(request.user, [found]).has_read(found),
        "is_saved": Bookmark.objects.filter(user=request.user, story=found).exists(),
        "is_followed": Follow.objects.filter(user=request.user, source=found.source_id).exists(),
        "reports": _reports(found),
        "topics": [TOPICS[one.topic] for one in found.topics.all() if one.topic in TOPICS],
        "part": "story",
    }
    return render(request, "news/story.html", context)


def _reports(story: Story) -> list[Story]:
    """The others about the same event, as they came."""
    if story.cluster_id is None:
        return []
    reports = Story.objects.out().public().filter(cluster=story.cluster_id).exclude(pk=story.pk)
    return list(reports.select_related("source").order_by("published_at", "pk")[:MAX_REPORTS])


@login_required
@require_POST
def read(request: PersonalRequest, story: int) -> HttpResponse:
    """The page itself says so once it is open; without a script, a button."""
    open_story(by=request.user, story=story_for_reading(request.user, story))
    return HttpResponse(status=204) if getattr(request, "htmx", None) else redirect("news-story", story)


@login_required
@require_POST
def unread(request: PersonalRequest, story: int) -> HttpResponse:
    found = story_for_reading(request.user, story)
    return act(
        request,
        lambda: mark_unread(by=request.user, story=found),
        done=_("It counts as unread again."),
        then="news-following",
    )
