"""When a feed is asked again: as often as it brings news, never before it allows, ever more rarely while it fails."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from statistics import median

SOONEST, LATEST = 15 * 60, 24 * 3600  # seconds: a feed that works
LONGEST = 7 * 24 * 3600  # seconds: one that fails, and the most that a server may ask for
_FIRST_RETRY = 10 * 60


def posting_interval(times: list[datetime], now: datetime) -> int:
    """Seconds between two stories lately: half the median gap, so that most are found within one gap."""
    recent = sorted((at for at in times if at <= now), reverse=True)[:20]
    gaps = [(newer - older).total_seconds() for newer, older in pairwise(recent)]
    if not gaps:
        return LATEST // 4
    silence = (now - recent[0]).total_seconds()  # it has gone quiet: what it did before counts less
    return clamped(max(median(gaps), silence / 4) / 2)


def clamped(seconds: float) -> int:
    return int(min(max(seconds, SOONEST), LATEST))


def asked_interval(headers: Mapping[str, str], ttl_seconds: int, now: datetime) -> int:
    """Seconds before which we shall not ask again: the most of ttl, max-age and Expires; at most a week."""
    wanted = [ttl_seconds, _max_age(headers.get("Cache-Control", "")), _until(headers.get("Expires", ""), now)]
    return min(max(wanted), LONGEST)


def _max_age(header: str) -> int:
    for part in header.lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip('"').isdigit() and len(value) < 12:
            return int(value.strip('"'))
    return 0


def retry_after(headers: Mapping[str, str], now: datetime) -> int:
    """Seconds, from either form of Retry-After; an hour without one; at most a week."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 12:
        return min(int(value), LONGEST)
    return min(_until(value, now), LONGEST) or 3600


def _until(value: str, now: datetime) -> int:
    try:
        at = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return 0
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0, int((at - now).total_seconds()))


def after_success(interval: int, asked: int, now: datetime) -> datetime:
    """Jitter of a tenth, upwards only: nobody is asked before the time they gave."""
    seconds = max(clamped(interval), asked)
    return now + timedelta(seconds=seconds * random.uniform(1.0, 1.1))  # noqa: S311  (jitter, no secret)


def after_failure(failures: int, asked: int, now: datetime) -> datetime:
    """The n-th failure in a row: 10, 20, 40 minutes, … a week, each with jitter."""
    seconds = min(_FIRST_RETRY * 2 ** min(failures - 1, 12), LONGEST)
    return now + timedelta(seconds=max(seconds * random.uniform(0.8, 1.2), asked))  # noqa: S311
