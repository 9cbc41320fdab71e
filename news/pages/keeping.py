"""What a reader does with a story: save it, hide what is like it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.acting import PersonalRequest, act, attempt
from news.access import story_for_reading
from news.actions.rules import add_rule, remove_rule
from news.actions.saving import save_story, unsave_story
from news.forms import RuleForm
from news.models import Rule
from news.queries import follows_of
from news.topics import TOPICS


@login_required
@require_POST
def save(request: PersonalRequest, story: int) -> HttpResponse:
    """With htmx the pressed button anew, as it is now."""
    is_wanted = request.POST.get("save") == "1"
    if is_wanted:
        save_story(by=request.user, story=story_for_reading(request.user, story))
    else:
        unsave_story(by=request.user, story_id=min(story, 2**63 - 1))
    if getattr(request, "htmx", None):
        return render(request, "news/_save.html", {"story_id": story, "is_saved": is_wanted})
    return redirect("news-story", story) if is_wanted else redirect("news-saved")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rules(request: PersonalRequest) -> HttpResponse:
    """What is hidden, and what alone is shown."""
    follows = list(follows_of(request.user))
    form = RuleForm(request.POST or None, follows=follows)
    if request.method == "POST" and form.is_valid():
        given = form.rule()
        if attempt(form, lambda: add_rule(by=request.user, **given)):
            return redirect("news-rules")
    rows = Rule.objects.filter(user=request.user).select_related("source").order_by("-pk")
    topics = {slug: topic.name for slug, topic in TOPICS.items()}
    told = [(rule, topics.get(rule.topic, "")) for rule in rows]
    context = {"form": form, "rows": told, "follows": follows, "topics": TOPICS.values(), "part": "rules"}
    return render(request, "news/rules.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def drop_rule(request: PersonalRequest, rule: int) -> HttpResponse:
    return act(
        request,
        lambda: remove_rule(by=request.user, rule_id=min(rule, 2**63 - 1)),
        done=_("The rule is gone."),
        then="news-rules",
    )


@login_required
@require_POST
def mute(request: PersonalRequest) -> HttpResponse:
    """From a card: a source or a topic, at once."""
    kind = request.POST.get("kind", "")
    source = request.POST.get("source", "")
    number = int(source) if source.isascii() and source.isdigit() and len(source) < 19 else None

    def hide() -> None:
        add_rule(by=request.user, kind=kind, source=number, topic=request.POST.get("topic", ""))

    kinds = (Rule.Kind.SOURCE, Rule.Kind.TOPIC)
    if kind not in kinds:
        return redirect("news-rules")
    return act(request, hide, done=_("You see no more of it. Under Rules this can be taken back."), then="news")
