"""A page of the reader's own front page: cards, one per event, with the arithmetic of their places.

The cursor holds what is still to come, as ids: later pages neither repeat nor skip while stories arrive, are read or
rise. What may be seen is asked again with every page.
"""

import base64
import binascii
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.utils import timezone

from accounts.models import User
from core.errors import Invalid
from news import ranking
from news.affinity import affinities
from news.foryou.picking import Pick, order
from news.foryou.pool import candidates
from news.models import Story
from news.queries import read_state, stories_for_reader
from news.rules import Rules, rules_of

PER_PAGE = 20
MAX_PAGES = 8
OTHERS = 4  # reports of the same event shown on a card


@dataclass(frozen=True)
class Why:
    """The arithmetic of a place, in doublings: each one is a story twice as good, or H hours younger."""

    reason: str  # source, topic, popular
    opens: int
    publishers: int
    boost: int
    quality: float  # log2(q)
    age: float  # -(hours since it came out) / H
    half_life: float  # H, hours
    source_affinity: float
    topic_affinity: float
    diversity: float
    is_explored: bool

    @property
    def total(self) -> float:
        return self.quality + self.age + self.source_affinity + self.topic_affinity + self.diversity


@dataclass(frozen=True)
class Card:
    story: Story
    others: list[Story]  # of other sources, about the same event
    is_read: bool
    why: Why | None  # known for the first page only


@dataclass(frozen=True)
class Page:
    cards: list[Card]
    next: str


def front_page(user: User, cursor: str = "", *, now: datetime | None = None) -> Page:
    """Raises Invalid("bad_cursor")."""
    now = now or timezone.now()
    if cursor:
        ids, picks = _decode(cursor), {}
    else:
        found = islice(
            order(candidates(user), affinities(user, now), seed=f"{user.pk}:{now:%Y%m%d}"), PER_PAGE * MAX_PAGES
        )
        chosen = list(found)
        ids = [pick.candidate.story.pk for pick in chosen]
        picks = {pick.candidate.story.pk: pick for pick in chosen[:PER_PAGE]}
    cards = _cards(user, ids[:PER_PAGE], picks, now)
    return Page(cards, _encode(ids[PER_PAGE:]) if len(ids) > PER_PAGE else "")


def _cards(user: User, ids: Sequence[int], picks: dict[int, Pick], now: datetime) -> list[Card]:
    visible = stories_for_reader(user).filter(pk__in=ids).select_related("cluster")
    stories = {story.pk: story for story in visible}
    shown = [stories[pk] for pk in ids if pk in stories]
    state = read_state(user, shown)
    others = others_of(shown, rules_of(user))
    return [
        Card(
            story,
            others.get(story.pk, []),
            state.has_read(story),
            _why(story, picks[story.pk], now) if story.pk in picks else None,
        )
        for story in shown
    ]


def cards_of(user: User, stories: Sequence[Story]) -> list[Card]:
    """Cards without an arithmetic, for lists in another order."""
    others, state = others_of(stories, rules_of(user)), read_state(user, stories)
    return [Card(story, others.get(story.pk, []), state.has_read(story), None) for story in stories]


def others_of(stories: Sequence[Story], rules: Rules) -> dict[int, list[Story]]:
    """Story -> reports of the same event by other sources, one a source, originals first. One query."""
    clusters = {story.cluster_id for story in stories if story.cluster_id}
    if not clusters:
        return {}
    rows: dict[int, list[Story]] = {}
    found = Story.objects.out().public().filter(cluster__in=clusters).select_related("source")
    for story in found.order_by("is_copy", "-rank_key", "pk"):
        if not rules.hides(story):
            rows.setdefault(story.cluster_id or 0, []).append(story)
    result: dict[int, list[Story]] = {}
    for story in stories:
        seen = {story.source_id}
        for other in rows.get(story.cluster_id or 0, []):
            if other.source_id not in seen and len(result.get(story.pk, [])) < OTHERS:
                seen.add(other.source_id)
                result.setdefault(story.pk, []).append(other)
    return result


def _why(story: Story, pick: Pick, now: datetime) -> Why:
    opens = story.cluster.open_count if story.cluster else story.open_count
    publishers = story.cluster.publisher_count if story.cluster else 1
    hours = ranking.half_life(story.source.pace)
    quality = story.rank_key - story.published_at.timestamp() / (hours * 3600)
    return Why(
        reason=pick.candidate.reason,
        opens=opens,
        publishers=publishers,
        boost=story.boost,
        quality=quality,
        age=-(now - story.published_at).total_seconds() / (hours * 3600),
        half_life=hours,
        source_affinity=pick.source_affinity,
        topic_affinity=pick.topic_affinity,
        diversity=pick.diversity,
        is_explored=pick.is_explored,
    )


def _encode(ids: Sequence[int]) -> str:
    return base64.urlsafe_b64encode(struct.pack(f">{len(ids)}Q", *ids)).decode().rstrip("=")


def _decode(cursor: str) -> list[int]:
    try:
        content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        ids = list(struct.unpack(f">{len(content) // 8}Q", content))
    except (ValueError, struct.error, binascii.Error) as error:
        raise Invalid("bad_cursor") from error
    if not 0 < len(ids) <= PER_PAGE * MAX_PAGES or max(ids) >= 2**63:
        raise Invalid("bad_cursor")
    return ids
