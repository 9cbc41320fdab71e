"""How high a story stands: its quality, and its age.

    q = 1 + 3 log10(1 + opens) + 2 log2(publishers) + boost
    key = log2(q) + published / (H * 3600 s)

Both in doublings: a story that is twice as good stands where one stands that came out H hours later. The key does not
depend on now, so it is stored and indexed, and counted again only when q changes. As in the hot ranking of link
sites (an exponential decay written as a sum), with publishers as votes.
"""

import math
from datetime import datetime

from news.models import Source

HOURS = {Source.Pace.BREAKING: 6.0, Source.Pace.GENERAL: 18.0, Source.Pace.LONG: 72.0}
MIN_QUALITY = 0.25  # what a moderator can push a story down to


def quality(*, opens: int, publishers: int, boost: int) -> float:
    """`opens`: readers who opened it; `publishers`: those who report the event, at least one; `boost`: -3 to 3."""
    raw = 1 + 3 * math.log10(1 + max(0, opens)) + 2 * math.log2(max(1, publishers)) + boost
    return max(MIN_QUALITY, raw)


def half_life(pace: str) -> float:
    """In hours: after them it takes twice the quality to stand as high."""
    return HOURS.get(Source.Pace(pace) if pace in Source.Pace.values else Source.Pace.GENERAL, 18.0)


def rank_key(q: float, published_at: datetime, pace: str) -> float:
    """In doublings since 1970."""
    return math.log2(q) + published_at.timestamp() / (half_life(pace) * 3600)


def is_worth_counting(opens: int) -> bool:
    """Whether so many opens change the rank enough to write it: each of the first ten, then every tenth part."""
    return opens < 10 or opens % (10 ** (len(str(opens)) - 1)) == 0
