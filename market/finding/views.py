"""Who looked at what: gathered in the process and written every few seconds, since a page that is read must not write.

One look of one person at one listing counts once a day (as far as this process remembers). Programs are not counted,
nor is the seller. Without a running server (tests, commands) it is written at once.
"""

import asyncio
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import date, datetime

import structlog
from django.db import connection, transaction
from django.db.models import Count, F, QuerySet
from django.utils import timezone

from accounts.models import User
from core import runtime
from core.executor import in_database
from core.limits import RECENT_VIEWS
from market.models import Listing, RecentView

log = structlog.get_logger(__name__)
INTERVAL = 3.0  # seconds
MAX_WAITING = 20_000  # what comes beyond is not counted
_REMEMBERED = 100_000  # looks of this process, so that a reload is not counted
_SLACK = 20  # views kept beyond the limit until they are swept
_KEPT = RECENT_VIEWS + _SLACK
_PROGRAM = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|httpx|headless|^$", re.IGNORECASE)


def is_program(user_agent: str) -> bool:
    return _PROGRAM.search(user_agent) is not None


class Views:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[int, date], int] = {}
        self._recent: dict[int, dict[int, datetime]] = {}  # user -> listing -> when
        self._seen: OrderedDict[tuple[object, int, date], None] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    def add(self, listing: int, user: int | None, visitor: object, now: datetime) -> None:
        day = timezone.localdate(now)
        with self._lock:
            if user is not None and (user in self._recent or len(self._recent) < MAX_WAITING):
                self._recent.setdefault(user, {})[listing] = now
            look = (user if user is not None else visitor, listing, day)
            if look in self._seen:
                return
            self._seen[look] = None
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
            if (listing, day) in self._counts or len(self._counts) < MAX_WAITING:
                self._counts[listing, day] = self._counts.get((listing, day), 0) + 1

    def flush(self) -> None:
        with self._lock:
            counts, self._counts = self._counts, {}
            recent, self._recent = self._recent, {}
        if counts:
            _write_counts(counts)
        if recent:
            _write_recent(recent)

    def waiting_of(self, user: int) -> dict[int, datetime]:
        """What this person looked at and is not written yet: listing -> when."""
        with self._lock:
            return dict(self._recent.get(user, {}))

    def forget(self) -> None:
        """For tests: nobody has looked yet."""
        with self._lock:
            self._counts.clear()
            self._recent.clear()
            self._seen.clear()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            try:
                await in_database(self.flush)
            except Exception:
                # A count of views is not worth more than a line in the log.
                log.exception("views: a batch was lost")

    async def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await in_database(self.flush)


views = Views()
runtime.on_start(views.start)
runtime.on_stop(views.stop)


def record_view(
    listing: Listing, by: User | None, *, user_agent: str, visitor: object = "", now: datetime | None = None
) -> None:
    """Somebody has opened its page. `visitor`: what tells people apart who are not signed in, such as their block of
    addresses; it is not kept. Needs `shop` loaded.
    """
    if is_program(user_agent) or (by is not None and by.pk == listing.shop.owner_id):
        return
    views.add(listing.pk, by.pk if by is not None else None, visitor, now or timezone.now())
    if runtime.loop() is None:
        views.flush()


def _write_counts(counts: dict[tuple[int, date], int]) -> None:
    rows = sorted(counts.items())  # one order of row locks for all processes
    totals: dict[int, int] = {}
    for (listing, _day), count in rows:
        totals[listing] = totals.get(listing, 0) + count
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO market_listingday (listing_id, day, view_count, cart_count)"
            " VALUES (%s, %s, %s, 0) ON CONFLICT (listing_id, day)"
            " DO UPDATE SET view_count = market_listingday.view_count + excluded.view_count",
            [(listing, day, count) for (listing, day), count in rows],
        )
        for listing, count in sorted(totals.items()):
            Listing.objects.filter(pk=listing).update(view_count=F("view_count") + count)


def count_cart(listing: int) -> None:
    """Somebody has put it into their cart. Last in the transaction that does so: many may count the same day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO market_listingday (listing_id, day, view_count, cart_count) VALUES (%s, %s, 0, 1)"
            " ON CONFLICT (listing_id, day) DO UPDATE SET cart_count = market_listingday.cart_count + 1",
            [listing, timezone.localdate()],
        )


def _write_recent(recent: dict[int, dict[int, datetime]]) -> None:
    rows = sorted((user, listing, at) for user, looks in recent.items() for listing, at in looks.items())
    RecentView.objects.bulk_create(
        [RecentView(user_id=user, listing_id=listing, viewed_at=at) for user, listing, at in rows],
        update_conflicts=True,
        unique_fields=["user", "listing"],
        update_fields=["viewed_at"],
    )
    _keep_last(recent)


def _keep_last(users: Iterable[int]) -> None:
    rows = RecentView.objects.filter(user__in=users).values("user").annotate(count=Count("pk")).order_by()
    for user in sorted(row["user"] for row in rows if row["count"] > _KEPT):
        old = RecentView.objects.filter(user=user).order_by("-viewed_at", "-pk")[RECENT_VIEWS:]
        RecentView.objects.filter(pk__in=[view.pk for view in old]).delete()


def recent_listings(by: User, limit: int = RECENT_VIEWS) -> list[Listing]:
    """What this person looked at and can still see, the last first. One query, or two; no write: pages ask for it."""
    written = RecentView.objects.filter(user=by, listing__in=_seen_by(by)).order_by("-viewed_at", "-pk")
    written = written.select_related("listing__shop__owner", "listing__category")
    looks = {row.listing_id: (row.viewed_at, row.listing_id, row.listing) for row in written[:_KEPT]}
    waiting = views.waiting_of(by.pk)
    new = _seen_by(by).filter(pk__in=waiting.keys() - looks.keys()).select_related("shop__owner", "category")
    looks |= {listing.pk: (waiting[listing.pk], listing.pk, listing) for listing in new}
    looks |= {pk: (waiting[pk], pk, look[2]) for pk, look in looks.items() if pk in waiting}
    return [listing for _at, _pk, listing in sorted(looks.values(), reverse=True)[: min(limit, RECENT_VIEWS)]]


def _seen_by(by: User) -> "QuerySet[Listing]":
    rows = Listing.objects.visible()
    return rows.exclude(shop__owner__blocks__user=by).exclude(shop__owner__blocked_by__owner=by)
