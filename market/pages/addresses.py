"""The state of a search in its address: what the page's form sends becomes the parameters that everything else takes.

People type amounts, not minor units, and towns, not degrees: `from` and `to` become price_min and price_max, `town` and
`near=me` become near. The category is in the path. What cannot be understood is left out and told, never an error page.
"""

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from core.errors import Invalid
from market.finding.near import Spot
from market.finding.parameters import parameters_of, parse_parameters
from market.finding.query import DEFAULT_CURRENCY, ListingQuery
from market.money import parse_amount
from market.pages.place import place_of

VIEWS = ("grid", "list", "map")
_TRIES = 12  # parameters that may be wrong at once


@dataclass
class Address:
    """A search as its page sees it."""

    query: ListingQuery
    view: str = "grid"
    problems: list[str] = field(default_factory=list)  # what was left out, and why

    def url(self, **changes: object) -> str:
        """The same search with other fields of ListingQuery, or another `view`."""
        view = str(changes.pop("view", self.view))
        return search_url(replace(self.query, **changes), view=view)  # type: ignore[arg-type]


def search_url(query: ListingQuery, *, view: str = "grid", cursor: str = "") -> str:
    """Of the search page, or of the category's. One search has one address."""
    parameters = parameters_of(query)
    path = parameters.pop("category", [""])[0]
    pairs = [(name, value) for name, values in parameters.items() for value in values]
    pairs += [("view", view)] * (view != "grid") + [("cursor", cursor)] * bool(cursor)
    base = reverse("market-category", args=[path]) if path else reverse("market-search")
    return f"{base}?{urlencode(pairs, safe='/,')}" if pairs else base


def read_address(request: HttpRequest, category: str = "") -> Address:
    given, problems = request.GET.copy(), list[str]()
    if category:
        given["category"] = category
    view = given.get("view", "grid")
    _understand_place(request, given)
    _understand_prices(given, problems)
    query = _parse(given, problems)
    return Address(query, view if view in VIEWS else "grid", problems)


def _understand_place(request: HttpRequest, given: QueryDict) -> None:
    if given.get("near") == "me":
        given["near"] = _written(place_of(request))
    if "town" not in given:
        return
    town, before = str(given["town"]).strip(), given.get("near", "")
    name = before.split(",", 2)[2] if before.count(",") >= 2 else ""
    is_unnamed = bool(before) and not name  # a position: the field for the town is empty then
    if town != name and not (town == "" and is_unnamed):
        given["near"] = town
    if not given.get("near"):
        given.pop("radius_km", None)


def _written(spot: Spot | None) -> str:
    return f"{spot.latitude},{spot.longitude},{spot.name}".rstrip(",") if spot else ""


def _understand_prices(given: QueryDict, problems: list[str]) -> None:
    for typed, name in (("from", "price_min"), ("to", "price_max")):
        if typed not in given:
            continue
        given.pop(name, None)
        if text := str(given[typed]).strip():
            try:
                given[name] = str(parse_amount(text, given.get("currency") or DEFAULT_CURRENCY))
            except Invalid as error:
                problems.append(f"{text[:40]}: {error.detail}")
    low, high = given.get("price_min", ""), given.get("price_max", "")
    if low.isdecimal() and high.isdecimal() and int(low) > int(high):
        given["price_min"], given["price_max"] = high, low  # plainly what was meant


def _parse(given: QueryDict, problems: list[str]) -> ListingQuery:
    for _try in range(_TRIES):
        try:
            return parse_parameters(given)
        except ValidationError as error:
            names = [str(name) for name in error.detail if str(name) in given]
        except Invalid as error:
            names = [name for name in (str(error.extra.get("field")),) if name in given]
            problems.append(str(error.detail))
        if not names:
            break
        for name in names:
            given.pop(name)
    problems.append(_("This search was not understood; here is everything."))
    return ListingQuery()
