"""A shop's listings as a spreadsheet that an import understands: one row a variant."""

from collections.abc import Iterator
from typing import IO, Any

from market import spreadsheets
from market.import_rows import ATTRIBUTE, COLUMNS, OWN_NUMBER
from market.models import Listing, Shop, Variant
from market.money import plain
from market.queries.listings import load_cards

_BATCH = 200  # listings in memory at a time
_STATES = {Listing.State.EXPIRED: "paused", Listing.State.REMOVED: "paused"}


def write_listings(shop: Shop, file: IO[bytes]) -> int:
    """All but the deleted, the oldest first; how many rows. With a byte order mark, so that Excel reads the letters."""
    keys = _attribute_keys(shop)
    file.write(("\ufeff" + spreadsheets.line([*COLUMNS, *(f"{ATTRIBUTE}{key}" for key in keys)])).encode())
    count = 0
    for listing in _listings(shop):
        for variant in listing.variants.all():
            file.write(spreadsheets.line(_cells(listing, variant, keys)).encode())
            count += 1
    return count


def _attribute_keys(shop: Shop) -> list[str]:
    rows = Listing.objects.filter(shop=shop).exclude(state=Listing.State.DELETED)
    keys: set[str] = set()
    for attributes in rows.values_list("attributes", flat=True).iterator(chunk_size=1_000):
        keys.update(attributes)
    return sorted(keys)


def _listings(shop: Shop) -> Iterator[Listing]:
    last = 0
    rows = Listing.objects.filter(shop=shop).exclude(state=Listing.State.DELETED).order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:_BATCH]):
        load_cards(batch)
        yield from batch
        last = batch[-1].pk


def _cells(listing: Listing, variant: Variant, keys: list[str]) -> list[Any]:
    """In the order of COLUMNS. A listing without a number of its seller has ours, and can come back as itself."""
    stock = getattr(variant, "stock", None)
    options = [option.name for option in listing.delivery_options.all()]
    facts = [_fact(listing.attributes.get(key)) for key in keys]
    return [
        listing.external_id or f"{OWN_NUMBER}{listing.pk}", listing.title, listing.description,
        listing.category.path if listing.category else "",
        listing.kind, listing.condition,
        "" if variant.price_minor is None else plain(variant.price_minor, listing.currency),
        (stock.on_hand if stock else 0) if variant.is_stock_tracked else "any",
        variant.name, variant.sku, variant.low_stock_at, "|".join(options), listing.place,
        "yes" if listing.takes_offers else "no", listing.max_per_buyer or "",
        _STATES.get(Listing.State(listing.state), listing.state), *facts,
    ]  # fmt: skip


def _fact(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
