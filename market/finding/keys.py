"""The inverse index of saved searches: under which keys a search waits, and which keys a listing looks up.

A search waits under one thing that all its hits have: its longest word, else its category, its shop, the cells around
its place; only one that wants everything waits under "*".
"""

from collections.abc import Iterable
from hashlib import blake2b

from h3.api import basic_int as h3

from core.search import Query, Word, parse_query
from market.finding.near import RESOLUTIONS, cells_around
from market.finding.query import ListingQuery
from market.models import Listing
from market.queries.categories import ancestor_paths

_MAX = 60  # characters of a key
_PREFIX = 3  # letters of an unfinished word
_COARSEST = RESOLUTIONS[-1]


def keys_of_search(query: ListingQuery) -> set[str]:
    if text := text_of(query):
        return _keys_of_word(max(text.words, key=_weight))
    if query.shop is not None:
        return {f"s:{query.shop}"}
    if query.cell:
        return {f"n:{_coarse(h3.str_to_int(query.cell))}"}
    if query.category:
        return {_key("c", query.category)}
    if query.near is not None and query.radius_km is not None:
        around = cells_around(query.near.latitude, query.near.longitude, query.radius_km)
        return {f"n:{_coarse(cell)}" for cell in around.cells}
    return {"*"}


def keys_of_listing(listing: Listing, terms: Iterable[str]) -> set[str]:
    """Needs `category` loaded. `terms`: what it is indexed under."""
    keys = {"*", f"s:{listing.shop_id}"}
    for term in terms:
        keys.add(_key("w", term))
        keys.update(_key("p", term[:length]) for length in range(1, _PREFIX + 1))
    if listing.category is not None:
        keys.update(_key("c", path) for path in ancestor_paths(listing.category.path))
    if listing.cell_4 is not None:
        keys.add(f"n:{listing.cell_4}")
    return keys


def text_of(query: ListingQuery) -> Query | None:
    parsed = parse_query(query.q)
    return None if parsed.is_empty else parsed


def _weight(word: Word) -> tuple[bool, int]:
    """A finished word says more than a longer one that is not."""
    return (not word.prefixes, max(map(len, word.forms | word.prefixes)))


def _keys_of_word(word: Word) -> set[str]:
    return {_key("w", form) for form in word.forms} | {_key("p", prefix[:_PREFIX]) for prefix in word.prefixes}


def _coarse(cell: int) -> int:
    return h3.cell_to_parent(cell, _COARSEST) if h3.get_resolution(cell) > _COARSEST else cell


def _key(kind: str, value: str) -> str:
    key = f"{kind}:{value}"
    return key if len(key) <= _MAX else f"{kind}#{blake2b(value.encode(), digest_size=16).hexdigest()}"
