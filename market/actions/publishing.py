"""The life of a listing: published, paused, sold, run out, taken away. Each move is made once, whoever asks how often.

draft -> published <-> paused; published -> sold, expired; what is sold, paused or has run out can be published again.
`removed` is the moderators' word, and theirs to take back.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import limits
from core.errors import Conflict, DomainError, Invalid, NotFound, RateLimited
from market import outbox, rules
from market.access.listings import listing_for_selling
from market.actions.listing_changes import changing
from market.attributes import missing_attributes
from market.models import DeliveryOption, Listing, ProhibitedRule
from moderation.access import require_moderator
from moderation.actions.audit import record
from moderation.models import Report

State = Listing.State
MIN_TITLE = 3


def publish_listing(*, by: User, listing_id: int) -> Listing:
    """Seen by everybody from now on, for 60 days; or, where a moderator has to look first, `is_in_review` until then.

    Raises Invalid("listing_incomplete", missing=[…]), Invalid("prohibited", reason=…), Conflict("listing_removed",
    "sold_out"), Forbidden("sanctioned"). What is published already stays as it is.
    """
    limits.check("publish", by.pk)
    with changing(by, listing_id) as listing:
        if not listing.is_visible:
            _publish(listing)
    return listing_for_selling(by, listing_id)


def _publish(listing: Listing) -> None:
    if listing.shop.closed_at is not None:
        raise Conflict("shop_closed", _("This shop is closed."))
    if listing.state == State.SOLD and not listing.has_stock:
        raise Conflict("sold_out", _("There is nothing left. Set the number of pieces first."))
    check_complete(listing)
    if (rule := rules.require_allowed(listing)) is not None:
        _hold_for_review(listing, rule)
        return
    now = timezone.now()
    is_first = listing.published_at is None
    keeps_term = listing.state == State.PAUSED and listing.expires_at is not None and listing.expires_at > now
    if not keeps_term:
        listing.expires_at, listing.was_reminded = now + timedelta(days=limits.LISTING_DAYS), False
    listing.published_at = listing.published_at or now
    listing.state, listing.is_in_review = State.PUBLISHED, False
    listing.save(update_fields=["state", "is_in_review", "published_at", "expires_at", "was_reminded", "updated_at"])
    outbox.put("listing.published", listing=listing, data={"is_first": is_first})


def _hold_for_review(listing: Listing, rule: ProhibitedRule) -> None:
    """Unseen until a moderator has looked: a draft stays one, what was published is paused."""
    was_seen = listing.state == State.PUBLISHED
    listing.is_in_review = True
    listing.state = State.DRAFT if listing.published_at is None else State.PAUSED
    listing.save(update_fields=["state", "is_in_review", "updated_at"])
    rules.ask_moderators(listing, rule)
    if was_seen:
        outbox.put("listing.paused", listing=listing, data={"for_review": True})


def keep_publishable(by: User, listing: Listing) -> None:
    """After an edit, inside its transaction: what is published must still be complete and allowed."""
    if listing.state == State.PUBLISHED:
        check_complete(listing)
        if (rule := rules.require_allowed(listing)) is not None:
            _hold_for_review(listing, rule)


def check_complete(listing: Listing) -> None:
    """Raises Invalid("listing_incomplete", missing=[…]): title, category, price, variants, delivery, location, digital,
    course_chat, or attributes.<key>.
    """
    missing = [name for name, is_there in _needs(listing).items() if not is_there]
    if listing.category is not None:
        missing += [f"attributes.{key}" for key in missing_attributes(listing.category, listing.attributes)]
    if missing:
        raise Invalid("listing_incomplete", _("Something is missing before this can be published."), missing=missing)


def _needs(listing: Listing) -> dict[str, bool]:
    prices = list(listing.variants.filter(is_active=True).values_list("price_minor", flat=True))
    needs = {
        "title": len(listing.title) >= MIN_TITLE,
        "category": listing.category is not None,
        "variants": bool(prices),
        "price": listing.kind == Listing.Kind.SERVICE or None not in prices,
    }
    if listing.kind == Listing.Kind.GOODS:
        ways = set(listing.delivery_options.filter(is_active=True).values_list("kind", flat=True))
        needs["delivery"] = bool(ways)
        # Where it is must be known when it has to be fetched.
        needs["location"] = ways != {DeliveryOption.Kind.IN_PERSON} or listing.cell_7 is not None
    elif listing.kind == Listing.Kind.DIGITAL:
        needs["digital"] = bool(listing.digital_text) or listing.files.exists()
    elif listing.kind == Listing.Kind.COURSE:
        needs["course_chat"] = listing.course_chat is not None and listing.course_chat.deleted_at is None
    return needs


def pause_listing(*, by: User, listing_id: int) -> Listing:
    """Unseen until it is published again; waits no longer for a moderator. Raises Conflict("not_published")."""
    with changing(by, listing_id) as listing:
        if listing.state == State.PUBLISHED:
            _move(listing, State.PAUSED, "listing.paused")
        elif listing.is_in_review:
            Listing.objects.filter(pk=listing.pk).update(is_in_review=False)
        elif listing.state != State.PAUSED:
            raise Conflict("not_published", _("This is not published."))
    return listing_for_selling(by, listing_id)


def mark_sold(*, by: User, listing_id: int) -> Listing:
    """Sold elsewhere, or to the last piece. Raises Conflict("not_published") for what never was."""
    with changing(by, listing_id) as listing:
        if listing.state in (State.PUBLISHED, State.PAUSED, State.EXPIRED):
            _move(listing, State.SOLD, "listing.sold")
        elif listing.state != State.SOLD:
            raise Conflict("not_published", _("This is not published."))
    return listing_for_selling(by, listing_id)


def renew_listing(*, by: User, listing_id: int) -> Listing:
    """Sixty days from now, without going to the top again. What has run out is published again."""
    limits.check("publish", by.pk)
    with changing(by, listing_id) as listing:
        if listing.is_visible:
            listing.expires_at = timezone.now() + timedelta(days=limits.LISTING_DAYS)
            listing.was_reminded = False
            listing.save(update_fields=["expires_at", "was_reminded", "updated_at"])
            outbox.put("listing.renewed", listing=listing)
        elif listing.state in (State.EXPIRED, State.PUBLISHED):  # the worker may not have come by yet
            _publish(listing)
        else:
            raise Conflict("not_published", _("This is not published."))
    return listing_for_selling(by, listing_id)


def _move(listing: Listing, state: str, kind: str) -> None:
    listing.state, listing.is_in_review = state, False
    listing.save(update_fields=["state", "is_in_review", "updated_at"])
    outbox.put(kind, listing=listing)


def reach_state(by: User, listing_id: int, state: str) -> bool:
    """As an import wants it: published, paused or sold. False when it is so, or waits for a moderator."""
    with changing(by, listing_id, is_limited=False) as listing:
        if state == State.PUBLISHED and not listing.is_visible and not listing.is_in_review:
            _publish(listing)
        elif state == State.PAUSED and listing.state == State.PUBLISHED:
            _move(listing, State.PAUSED, "listing.paused")
        elif state == State.SOLD and listing.state in (State.PUBLISHED, State.PAUSED, State.EXPIRED):
            _move(listing, State.SOLD, "listing.sold")
        else:
            return False
    return True


# --- the worker's moves ---------------------------------------------------------------------------


def expire_listing(listing_id: int) -> bool:
    """Its time is over. False when it was renewed, sold or expired by another a moment ago."""
    due = Listing.objects.filter(pk=listing_id, state=State.PUBLISHED, expires_at__lte=timezone.now())
    with transaction.atomic():
        if not due.update(state=State.EXPIRED, updated_at=timezone.now()):
            return False
        outbox.put("listing.expired", listing_id=listing_id)
    return True


def remind_of_expiry(listing_id: int) -> bool:
    """Tell the seller, once a term."""
    rows = Listing.objects.filter(pk=listing_id, state=State.PUBLISHED, was_reminded=False)
    with transaction.atomic():
        if not rows.update(was_reminded=True):
            return False
        outbox.put("listing.expiring", listing_id=listing_id)
    return True


def settle_review(listing: Listing) -> None:
    """Once the moderators have decided: what they let pass is published as its seller asked. Needs shop and owner."""
    reports = Report.objects.filter(reporter=None, target_kind=rules.KIND, target_id=listing.pk).order_by("-pk")
    latest = reports.first()
    if latest is not None and latest.state == Report.State.OPEN:
        return
    try:
        if latest is not None and latest.state == Report.State.DISMISSED:
            with changing(listing.shop.owner, listing.pk) as fresh:
                if not fresh.is_visible:
                    _publish(fresh)
            return
    except RateLimited:
        return
    except DomainError:
        pass  # it has become incomplete, or its seller may not sell now: they will see that it is not published
    Listing.objects.filter(pk=listing.pk).update(is_in_review=False)


# --- the moderators' -------------------------------------------------------------------------------


def remove_listing(*, by: User, listing_id: int, reason: str = "") -> None:
    """Taken away for everybody but its seller. Twice is once."""
    require_moderator(by)
    with transaction.atomic():
        rows = Listing.objects.filter(pk=listing_id).exclude(state__in=(State.REMOVED, State.DELETED))
        if rows.update(state=State.REMOVED, is_in_review=False, updated_at=timezone.now()):
            record(by, "listing.removed", rules.KIND, listing_id, reason=reason or None)
            outbox.put("listing.removed", listing_id=listing_id)


def restore_listing(*, by: User, listing_id: int, reason: str = "") -> None:
    """Taken away by mistake: its seller can publish it again. Raises NotFound("listing_not_found")."""
    require_moderator(by)
    with transaction.atomic():
        rows = Listing.objects.filter(pk=listing_id, state=State.REMOVED)
        if not rows.update(state=State.PAUSED, updated_at=timezone.now()):
            raise NotFound("listing_not_found")
        record(by, "listing.restored", rules.KIND, listing_id, reason=reason or None)
        outbox.put("listing.restored", listing_id=listing_id)
