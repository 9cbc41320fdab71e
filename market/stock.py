"""The only writer of quantities. Every function belongs into the caller's transaction and leaves a movement behind.

Scarce things are taken with one guarded UPDATE, whose row count says whether there was enough: reading first and
writing then sold 65 of 50. SKUs are merged and taken in the order of their ids, so that two carts never wait for each
other. What is not tracked (services, files) has no Stock and is never short.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, Invalid
from market import outbox
from market.models import Listing, Reservation, Stock, StockMovement, Variant

Reason = StockMovement.Reason
MAX_ON_HAND = 10_000_000
_TRIES = 5


# --- counting ---------------------------------------------------------------------------------


def set_on_hand(variant: Variant, on_hand: int, *, by: User | None, reference: str) -> Stock:
    """So many are there now, counted by hand. `reference` names the act: the same one counts once.

    Raises Conflict("stock_in_use", promised=…) below what is reserved and sold, Invalid("bad_quantity").
    """
    if not 0 <= on_hand <= MAX_ON_HAND:
        raise Invalid("bad_quantity", _("That is not a possible number of pieces."), field="on_hand")
    with transaction.atomic():
        Stock.objects.bulk_create([Stock(variant=variant)], ignore_conflicts=True)
        for _try in range(_TRIES):
            stock = Stock.objects.get(pk=variant.pk)
            if on_hand < stock.reserved + stock.allocated:
                raise Conflict(
                    "stock_in_use", _("More are sold or held than that."), promised=stock.reserved + stock.allocated
                )
            delta = on_hand - stock.on_hand
            if not delta:
                return stock
            if _update(variant.pk, Q(on_hand=stock.on_hand), on_hand=delta):
                _note(Reason.ADJUST, reference, {variant.pk: {"on_hand": delta}}, by=by)
                _refresh([variant.pk])
                stock.on_hand = on_hand
                return stock
    raise Conflict("stock_busy", _("Others are changing this stock. Try again."), retry_after=1)


# --- holding ----------------------------------------------------------------------------------


def reserve(wanted: Mapping[int, int], *, reference: str, until: datetime) -> None:
    """Hold so many of each variant (id -> quantity). Raises Conflict("out_of_stock", variant=…, available=…)."""
    known = tracked(wanted)
    taken = {variant: quantity for variant, quantity in sorted(wanted.items()) if variant in known}
    for variant, quantity in taken.items():
        _take(variant, quantity, "reserved")
    try:
        with transaction.atomic():
            Reservation.objects.bulk_create(
                Reservation(variant_id=variant, quantity=quantity, reference=reference, expires_at=until)
                for variant, quantity in taken.items()
            )
            _note(Reason.RESERVE, reference, {one: {"reserved": quantity} for one, quantity in taken.items()})
    except IntegrityError as error:
        raise Conflict("already_reserved", _("This is held for you already.")) from error
    _refresh(taken)


def release(reference: str) -> bool:
    """Let go of what is held under this reference. False when nothing was: it was let go or sold before."""
    return bool(_leave_held(reference, Reservation.State.RELEASED, Reason.RELEASE, allocated=False))


def transfer(old: str, new: str, until: datetime) -> set[int]:
    """What is held under `old` is held under `new` from now on. Returns the variants that were held."""
    held = _held(old)
    variants = list(held.order_by("variant_id").values_list("variant_id", flat=True))
    return {one for one in variants if held.filter(variant=one).update(reference=new, expires_at=until)}


def release_overdue(variants: Iterable[int] | None = None, *, limit: int = 500) -> int:
    """Let go of what is held longer than promised, whoever still counts on it. Returns how many references."""
    due = Reservation.objects.filter(state=Reservation.State.HELD, expires_at__lte=timezone.now())
    if variants is not None:
        due = due.filter(variant__in=list(variants))
    references = list(due.order_by("reference").values_list("reference", flat=True).distinct()[:limit])
    return sum(1 for reference in references if release(reference))


# --- selling ----------------------------------------------------------------------------------


def sell(reference: str, wanted: Mapping[int, int]) -> None:
    """What was held under this reference is paid for. What is no longer held is taken anew, if there is enough.

    Raises Conflict("out_of_stock").
    """
    held = _leave_held(reference, Reservation.State.CONSUMED, Reason.ALLOCATE, allocated=True)
    known = tracked(wanted)
    missing = {one: quantity for one, quantity in sorted(wanted.items()) if one in known and one not in held}
    for variant, quantity in missing.items():
        _take(variant, quantity, "allocated")
    _note(Reason.ALLOCATE, reference, {one: {"allocated": quantity} for one, quantity in missing.items()})
    _refresh(missing)
    _warn_of_low(known)


def unsell(reference: str) -> None:
    """The order is off: what was paid for, and not sent, can be bought again."""
    _undo_allocation(reference, Reason.DEALLOCATE, leaves=False)


def ship(reference: str) -> None:
    """The goods have left the house."""
    _undo_allocation(reference, Reason.SHIP, leaves=True)


def take_back(returned: Mapping[int, int], *, reference: str) -> None:
    """Goods came back and can be sold again. `reference` names the return: it counts once."""
    known = tracked(returned)
    back = {one: quantity for one, quantity in sorted(returned.items()) if one in known and quantity}
    fresh = _unnoted(Reason.RETURN, reference, back)
    for variant in fresh:
        _update(variant, Q(), on_hand=back[variant])
    _note(Reason.RETURN, reference, {one: {"on_hand": back[one]} for one in fresh})
    _refresh(fresh)


def _undo_allocation(reference: str, reason: str, *, leaves: bool) -> None:
    """By what was allocated under the reference, as the movements say; once, whatever else was undone before."""
    sold = dict(
        StockMovement.objects.filter(reason=Reason.ALLOCATE, reference=reference)
        .order_by("variant_id")
        .values_list("variant_id", "allocated")
    )
    done = StockMovement.objects.filter(reason__in=[Reason.DEALLOCATE, Reason.SHIP], reference=reference)
    settled = set(done.values_list("variant_id", flat=True))
    deltas = {
        variant: {"allocated": -quantity, **({"on_hand": -quantity} if leaves else {})}
        for variant, quantity in sold.items()
        if variant not in settled
    }
    for variant, delta in deltas.items():
        _update(variant, Q(), **delta)
    _note(reason, reference, deltas)
    _refresh(deltas)


# --- the books of quantities ------------------------------------------------------------------


def tracked(variants: Iterable[int]) -> set[int]:
    """Those of these variants that can run out."""
    return set(Variant.objects.filter(pk__in=list(variants), is_stock_tracked=True).values_list("pk", flat=True))


def _take(variant: int, quantity: int, column: str) -> None:
    enough = Q(on_hand__gte=F("reserved") + F("allocated") + quantity)
    if _update(variant, enough, **{column: quantity}):
        return
    if release_overdue([variant]) and _update(variant, enough, **{column: quantity}):
        return
    stock = Stock.objects.filter(pk=variant).first()
    available = stock.available if stock else 0
    raise Conflict("out_of_stock", _("That many are no longer there."), variant=variant, available=max(0, available))


def _update(variant: int, condition: Q, **deltas: int) -> bool:
    changes = {name: F(name) + delta for name, delta in deltas.items()}
    return bool(Stock.objects.filter(condition, pk=variant).update(**changes))


def _held(reference: str) -> QuerySet[Reservation]:
    return Reservation.objects.filter(reference=reference, state=Reservation.State.HELD)


def _leave_held(reference: str, to: str, reason: str, *, allocated: bool) -> set[int]:
    """Reservations leave HELD by a guarded update: only one of payment, expiry and cancel moves the stock."""
    deltas: dict[int, dict[str, int]] = {}
    for row in list(_held(reference).order_by("variant_id")):
        if _held(reference).filter(pk=row.pk).update(state=to):
            delta = {"reserved": -row.quantity, **({"allocated": row.quantity} if allocated else {})}
            _update(row.variant_id, Q(), **delta)
            deltas[row.variant_id] = delta
    _note(reason, reference, deltas)
    _refresh(deltas)
    return set(deltas)


def _unnoted(reason: str, reference: str, variants: Iterable[int]) -> list[int]:
    noted = StockMovement.objects.filter(reason=reason, reference=reference).values_list("variant_id", flat=True)
    known = set(noted)
    return [variant for variant in variants if variant not in known]


def _note(
    reason: str, reference: str, deltas: Mapping[int, Mapping[str, int]], *, by: User | None = None
) -> None:  # fmt: skip
    StockMovement.objects.bulk_create(
        StockMovement(variant_id=variant, reason=reason, reference=reference, by=by, **delta)
        for variant, delta in deltas.items()
    )


def _warn_of_low(variants: Iterable[int]) -> None:
    """Tell the seller once when a sale takes what is left to their mark."""
    rows = Stock.objects.filter(pk__in=list(variants), variant__low_stock_at__gt=0).select_related("variant__listing")
    for stock in rows:
        if stock.available <= stock.variant.low_stock_at:
            outbox.put_once(
                "stock.low",
                key=f"{stock.pk}:{_last_count(stock.pk)}",
                listing=stock.variant.listing,
                data={"variant": stock.pk, "name": stock.variant.name, "available": stock.available},
            )


def _last_count(variant: int) -> int:
    """Until the seller counts or fills up again, one warning is enough."""
    found = StockMovement.objects.filter(variant=variant, reason=Reason.ADJUST).order_by("-id")
    return found.values_list("pk", flat=True).first() or 0


def _refresh(variants: Iterable[int]) -> None:
    listings: dict[int, list[int]] = defaultdict(list)
    for listing, variant in Variant.objects.filter(pk__in=list(variants)).values_list("listing_id", "pk"):
        listings[listing].append(variant)
    refresh_listings(sorted(listings))
    for listing in sorted(listings):
        outbox.put("stock.changed", listing_id=listing)


def refresh_listings(listings: Iterable[int]) -> None:
    """Keep Listing.has_stock in step. Touches only rows where it is wrong; safe to run at any time."""
    left = Q(stock__on_hand__gt=F("stock__reserved") + F("stock__allocated")) | Q(is_stock_tracked=False)
    buyable = Variant.objects.filter(left, listing=OuterRef("pk"), is_active=True)
    rows = Listing.objects.filter(pk__in=list(listings))
    rows.filter(Exists(buyable), has_stock=False).update(has_stock=True)
    rows.filter(~Exists(buyable), has_stock=True).update(has_stock=False)
