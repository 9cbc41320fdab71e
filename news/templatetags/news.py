"""What the templates of the news say of cards."""

from collections.abc import Container
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from news.foryou.front import Card, Why
from news.models import Story
from news.pictures import name_of

register = template.Library()


@register.filter(name="in")
def is_in(value: Any, places: Container[Any]) -> bool:
    return value in places


@register.filter
def picture(story: Story, size: str) -> str:
    return f"/media/{name_of(story.picture, size)}"


@register.filter
def reason(card: Card) -> str:
    """Why a story stands on the front page, in a sentence."""
    if card.why is None:
        return ""
    if card.why.is_explored:
        return _("Something you do not follow: one card in ten is.")
    source = card.story.source.title
    words = {
        "source": _("Because you follow {source}.").format(source=source),
        "topic": _("Because you follow one of its topics."),
        "popular": _("Because many read it."),
    }
    return words[card.why.reason]


@register.filter
def arithmetic(why: Why) -> list[tuple[str, str, str]]:
    """(what, how it came about, points), the sum last."""
    opened = ngettext("{count} reader", "{count} readers", why.opens).format(count=why.opens)
    told = ngettext("{count} source", "{count} sources", why.publishers).format(count=why.publishers)
    rows = [
        (_("Quality"), f"{told}, {opened}", why.quality),
        (_("Age"), _("half every {count} hours").format(count=round(why.half_life)), why.age),
        (_("You and this source"), "", why.source_affinity),
        (_("You and its topics"), "", why.topic_affinity),
        (_("So that not all is alike"), "", why.diversity),
    ]
    shown = [(name, note, _points(value)) for name, note, value in rows if abs(value) >= 0.005]
    return [*shown, (_("Together"), "", _points(why.total))]


def _points(value: float) -> str:
    sign = "−" if value < 0 else "+"
    return f"{sign}{number_format(abs(value), 2)}"
