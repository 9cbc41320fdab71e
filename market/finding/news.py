"""Telling what saved searches have found, and what is new in shops that people follow: soon, but not one by one.

A claim and its message are one transaction, so that nothing is told twice and nothing is forgotten.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.tasks import task
from market.finding.alerts import SHOWN, alert, apart, speaking_to
from market.models import Listing, SavedSearch, SavedSearchMatch, ShopFollow

PAUSE = timedelta(minutes=15)  # between two messages of one search
_DAY = timedelta(hours=23)  # between two of one shop
_NEWS = timedelta(days=2)  # what is older is none
_AT_ONCE = 200


@task()
def tell_matches(search: int) -> None:
    """Once now, and of what follows within a while in one message after it."""
    with transaction.atomic():
        row = SavedSearch.objects.select_for_update().filter(pk=search, is_active=True).select_related("user").first()
        if row is None or not row.user.is_active:
            return
        waiting = SavedSearchMatch.objects.filter(search=row, told_at=None)
        now = timezone.now()
        if row.told_at is not None and row.told_at > now - PAUSE:
            if waiting.exists():
                tell_matches.using(run_after=row.told_at + PAUSE).enqueue(search=search)
            return
        ids = list(waiting.order_by("-listing_id").values_list("listing_id", flat=True))
        # Claimed first: what matches from here on is told the next time.
        SavedSearchMatch.objects.filter(search=row, told_at=None, listing__in=ids).update(told_at=now)
        shown = list(
            Listing.objects.visible().filter(pk__in=ids).select_related("shop__owner").order_by("-published_at")
        )
        if not shown:
            return
        SavedSearch.objects.filter(pk=row.pk).update(
            told_at=now, last_match_at=now, match_count=F("match_count") + len(shown)
        )
        with speaking_to(row.user):
            alert(row.user, shown, _text_of_search(row, len(shown)), "search", row.pk)


def _text_of_search(search: SavedSearch, count: int) -> str:
    text = ngettext("New for “%(name)s”.", "%(count)d new for “%(name)s”.", count) % {
        "name": search.name,
        "count": count,
    }
    return f"{text} {_more(count)}".strip()


def _more(count: int) -> str:
    return _("The newest of them:") if count > SHOWN else ""


# --- shops that people follow ---------------------------------------------------------------------


def tell_followers(now: datetime | None = None) -> int:
    """Everybody whose shops have news and who was not told of them for a day. Answers how many messages."""
    now = now or timezone.now()
    fresh = Listing.objects.visible(now).filter(published_at__gt=now - _NEWS, published_at__lte=now)
    shops = sorted(set(fresh.values_list("shop_id", flat=True)))
    told = 0
    for shop in shops:
        due = ShopFollow.objects.filter(Q(told_at=None) | Q(told_at__lte=now - _DAY), shop=shop)
        due = due.filter(user__is_active=True, user__deleted_at=None).select_related("user", "shop")
        follows = list(due.order_by("pk")[:_AT_ONCE])
        hidden = apart([follow.user_id for follow in follows], follows[0].shop.owner_id) if follows else set()
        listings = list(fresh.filter(shop=shop).select_related("shop__owner").order_by("-published_at", "-pk"))
        told += sum(_tell(follow, listings, now) for follow in follows if follow.user_id not in hidden)
    return told


def _tell(follow: ShopFollow, listings: list[Listing], now: datetime) -> bool:
    since = max(follow.created_at, follow.told_at or follow.created_at)
    new = [listing for listing in listings if listing.published_at is not None and listing.published_at > since]
    if not new:
        return False
    with transaction.atomic():
        if not ShopFollow.objects.filter(pk=follow.pk, told_at=follow.told_at).update(told_at=now):
            return False
        with speaking_to(follow.user):
            text = ngettext("New from %(shop)s.", "%(count)d new from %(shop)s.", len(new))
            text = f"{text % {'shop': follow.shop.name, 'count': len(new)}} {_more(len(new))}".strip()
            alert(follow.user, new, text, "shop", follow.pk)
    return True
