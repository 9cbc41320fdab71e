"""Saved searches: kept under the keys that new listings look up (market/finding/keys.py)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import one_line
from core import limits
from core.errors import Conflict, Invalid, NotFound
from market.finding.conditions import scope_of
from market.finding.keys import keys_of_search
from market.finding.parameters import parameters_of, parse_parameters
from market.finding.query import ListingQuery, Sort
from market.finding.search import search_listings
from market.models import SavedSearch, SavedSearchKey, SavedSearchMatch

_KNOWN = 500  # hits of now, which are no news
_NAME = 80


def save_search(*, by: User, query: Mapping[str, Any], name: str = "") -> tuple[SavedSearch, bool]:
    """The search, and whether it is new: the same one is kept once, and goes on if it had been stopped.

    Raises what parse_parameters() does, Invalid: unknown_category, unknown_attribute, empty_search;
    Conflict("too_many_saved_searches").
    """
    wanted = replace(parse_parameters(query), sort=Sort.BEST)
    if wanted == ListingQuery(currency=wanted.currency):
        raise Invalid("empty_search", _("Say first what you are looking for."), field="query")
    scope = scope_of(wanted)
    limits.check("saved_search", by.pk)
    parameters = parameters_of(wanted)
    fingerprint = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()
    name = one_line(name)[:_NAME] or _name_of(wanted, scope.category.title if scope.category else "")
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # so that the limit holds
        found = SavedSearch.objects.filter(user=by, fingerprint=fingerprint).first()
        if found is not None:
            SavedSearch.objects.filter(pk=found.pk).update(is_active=True)
            found.is_active = True
            return found, False
        if SavedSearch.objects.filter(user=by).count() >= limits.SAVED_SEARCHES_PER_PERSON:
            raise Conflict(
                "too_many_saved_searches",
                _("You have as many saved searches as there can be."),
                limit=limits.SAVED_SEARCHES_PER_PERSON,
            )
        search = SavedSearch.objects.create(user=by, name=name, query=parameters, fingerprint=fingerprint)
        SavedSearchKey.objects.bulk_create(
            SavedSearchKey(search=search, key=key) for key in sorted(keys_of_search(wanted))
        )
        _note_what_is_known(search, wanted, by)
    return search, True


def _note_what_is_known(search: SavedSearch, query: ListingQuery, by: User) -> None:
    """What is there today was seen; so an edit of it is no news, but one that makes another listing fit is."""
    found = search_listings(replace(query, sort=Sort.NEWEST), by=by, limit=_KNOWN, with_counts=False)
    now = timezone.now()
    SavedSearchMatch.objects.bulk_create(
        [SavedSearchMatch(search=search, listing=listing, told_at=now) for listing in found.listings],
        ignore_conflicts=True,
    )
    if found.next is not None:
        SavedSearch.objects.filter(pk=search.pk).update(knows_all=False)
        search.knows_all = False


def _name_of(query: ListingQuery, category: str) -> str:
    place = query.near.name if query.near else ""
    parts = [one_line(query.q), category, one_line(place)]
    return " · ".join(part for part in parts if part)[:_NAME] or _("Everything that fits")


def edit_saved_search(
    *, by: User, search_id: int, name: str | None = None, is_active: bool | None = None
) -> SavedSearch:  # fmt: skip
    """Another name, or stop and go on. Raises NotFound("saved_search_not_found")."""
    search = saved_search_for_editing(by, search_id)
    changes: dict[str, Any] = {}
    if name is not None and one_line(name):
        changes["name"] = one_line(name)[:_NAME]
    if is_active is not None:
        changes["is_active"] = is_active
    if changes:
        SavedSearch.objects.filter(pk=search.pk).update(**changes)
    return saved_search_for_editing(by, search_id)


def delete_saved_search(*, by: User, search_id: int) -> None:
    """Twice is once."""
    SavedSearch.objects.filter(pk=search_id, user=by).delete()


def saved_search_for_editing(by: User, search_id: int) -> SavedSearch:
    """One's own. Raises NotFound("saved_search_not_found")."""
    search = SavedSearch.objects.filter(pk=search_id, user=by).first() if 0 < search_id < 2**63 else None
    if search is None:
        raise NotFound("saved_search_not_found")
    return search
