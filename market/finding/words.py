"""The words that listings use, which typing errors are repaired from (core/search/vocabulary.py)."""

from collections.abc import Iterable

from core.search import vocabulary
from market.finding.document import words_of
from market.finding.loading import load, surroundings

KIND = "listing"


def learn_words(ids: Iterable[int]) -> None:
    """Behind the listings, since it is only a help."""
    listings = list(load(list(ids)))
    around = surroundings(listings)
    words: set[str] = set()
    for listing in listings:
        words |= vocabulary.words_of(words_of(listing, around))
    if words:
        vocabulary.learn(KIND, words)
