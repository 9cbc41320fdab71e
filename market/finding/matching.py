"""Saved searches that a new or changed listing answers to: found by their keys, then tried in full on this listing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Q
from rest_framework.exceptions import ValidationError as BadParameters

from accounts.models import Block
from core.errors import DomainError
from core.search import Query
from market.finding.conditions import Condition, Scope, conditions_of, scope_of
from market.finding.document import terms_of
from market.finding.keys import keys_of_listing, text_of
from market.finding.loading import load, surroundings
from market.finding.news import tell_matches
from market.finding.parameters import parse_parameters
from market.finding.query import ListingQuery
from market.models import Listing, SavedSearch, SavedSearchKey, SavedSearchMatch

_AT_ONCE = 20  # listings whose keys are looked up together


def match_saved_searches(ids: Iterable[int]) -> None:
    """Note each match once, however often the listing is edited, and have it told."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _AT_ONCE):
        _match(wanted[start : start + _AT_ONCE])


def _match(ids: list[int]) -> None:
    listings = [one for one in load(ids).select_related("shop", "category") if one.is_visible]
    around = surroundings(listings)
    terms = {listing.pk: terms_of(listing, around) for listing in listings}
    keys = {listing.pk: keys_of_listing(listing, terms[listing.pk]) for listing in listings}
    every = set().union(*keys.values()) if keys else set()
    waiting: dict[str, set[int]] = {}
    rows = SavedSearchKey.objects.filter(key__in=every, search__is_active=True, search__user__is_active=True)
    for key, search in rows.values_list("key", "search_id"):
        waiting.setdefault(key, set()).add(search)
    if not waiting:
        return
    candidates = {pk: set().union(*(waiting.get(key, ()) for key in own)) for pk, own in keys.items()}
    trial = _Trial.of(set().union(*candidates.values()), listings)
    matches = [
        SavedSearchMatch(search_id=search, listing=listing)
        for listing in listings
        for search in sorted(candidates[listing.pk])
        if trial.holds(search, listing, terms[listing.pk])
    ]
    SavedSearchMatch.objects.bulk_create(matches, ignore_conflicts=True)
    for search in sorted({match.search_id for match in matches}):
        tell_matches.enqueue(search=search)


@dataclass
class _Trial:
    """The candidates, each parsed once."""

    searches: Mapping[int, SavedSearch]
    apart: frozenset[tuple[int, int]]  # (user, owner of a shop) who block each other
    parsed: dict[int, tuple[Query | None, Sequence[Condition]] | None] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)

    @classmethod
    def of(cls, ids: set[int], listings: Sequence[Listing]) -> "_Trial":
        searches = {one.pk: one for one in SavedSearch.objects.filter(pk__in=ids)}
        users, owners = {one.user_id for one in searches.values()}, {one.shop.owner_id for one in listings}
        blocks = Block.objects.filter(Q(owner__in=owners, user__in=users) | Q(owner__in=users, user__in=owners))
        pairs = list(blocks.values_list("owner_id", "user_id"))
        return cls(searches, frozenset([*pairs, *((other, one) for one, other in pairs)]))

    def holds(self, search_id: int, listing: Listing, terms: set[str]) -> bool:
        search = self.searches.get(search_id)
        if search is None or listing.published_at is None:
            return False
        owner = listing.shop.owner_id
        if search.user_id == owner or (search.user_id, owner) in self.apart:
            return False
        if not search.knows_all and listing.published_at < search.created_at:
            return False
        parsed = self._parsed(search)
        if parsed is None:
            return False
        text, conditions = parsed
        has_words = text is None or all(any(word.matches(term) for term in terms) for word in text.words)
        return has_words and all(condition.holds(listing) for condition in conditions)

    def _parsed(self, search: SavedSearch) -> tuple[Query | None, Sequence[Condition]] | None:
        """None for a search that no longer makes sense: its category is gone, or has lost the detail."""
        if search.pk not in self.parsed:
            try:
                query = parse_parameters(search.query)
                self.parsed[search.pk] = (text_of(query), conditions_of(query, self._scope(query)))
            except (DomainError, ValidationError, BadParameters):
                self.parsed[search.pk] = None
        return self.parsed[search.pk]

    def _scope(self, query: ListingQuery) -> Scope:
        if query.attributes or query.ranges:
            return scope_of(query)  # which also looks whether the category has them
        if query.category not in self.scopes:
            self.scopes[query.category] = scope_of(query)
        return self.scopes[query.category]
