"""Finding listings: the index, the search with its facets, what is near, what is alike, what is told of."""

from market.finding.index import forget_listings, index_listings
from market.finding.parameters import parse_parameters
from market.finding.query import ListingQuery, Sort
from market.finding.search import Found, search_listings

__all__ = ["Found", "ListingQuery", "Sort", "forget_listings", "index_listings", "parse_parameters", "search_listings"]
