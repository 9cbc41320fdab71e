"""What one follows: adding, naming, sorting into folders, leaving; and how each feed is doing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import PersonalRequest, act, attempt
from accounts.names import one_line
from news.access import source_for_reading
from news.actions.following import follow_source, unfollow_source
from news.actions.sources import add_feed
from news.forms import AddFeedForm, FollowForm
from news.health import words_of
from news.models import FetchLog, Follow
from news.queries import follows_of
from news.serializers import sources_json

FETCHES = 20  # lines of the log that are shown


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sources(request: PersonalRequest) -> HttpResponse:
    form = AddFeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added: list[Any] = []
        given = {name: one_line(value) for name, value in form.cleaned_data.items()}
        if attempt(form, lambda: added.append(add_feed(by=request.user, **given)[0])):
            messages.success(request, _("You follow “{title}”.").format(title=added[0].title))
            return redirect(f"{reverse('news-following')}?source={added[0].pk}")
    follows = list(follows_of(request.user))
    rows = list(zip(follows, sources_json(follows, request.user), strict=True))
    folders = sorted({follow.folder for follow in follows if follow.folder})
    context = {"form": form, "rows": rows, "folders": folders}
    context["part"] = "following"
    return render(request, "news/sources.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
@never_cache
def source(request: PersonalRequest, source: int) -> HttpResponse:
    """How it is followed, and how it has been doing."""
    found = source_for_reading(request.user, source)
    follow = Follow.objects.filter(user=request.user, source=found).first()
    fetches = [(log, words_of(log.outcome)) for log in FetchLog.objects.filter(source=found).order_by("-at")[:FETCHES]]
    told = sources_json([follow], request.user)[0] if follow else None
    return render(request, "news/source.html", {"source": found, "follow": follow, "told": told, "fetches": fetches})


@login_required
@require_POST
def change(request: PersonalRequest, source: int) -> HttpResponse:
    found = source_for_reading(request.user, source)
    form = FollowForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That is too long."))
        return redirect("news-source", source)
    given = {name: one_line(value) for name, value in form.cleaned_data.items()}
    act(request, lambda: follow_source(by=request.user, source=found, **given), done=_("Saved."), then="news-sources")
    return redirect("news-source", source)


@login_required
@require_POST
def leave(request: PersonalRequest, source: int) -> HttpResponse:
    return act(
        request,
        lambda: unfollow_source(by=request.user, source_id=min(source, 2**63 - 1)),
        done=_("You follow it no more."),
        then="news-sources",
    )
