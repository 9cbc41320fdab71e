"""Offsets in UTF-16 code units, as JavaScript, Java and Swift count them; Python counts code points."""

from bisect import bisect_left
from itertools import accumulate


def length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text) if not text.isascii() else len(text)


class Offsets:
    """Both ways between code points and UTF-16 units of one text, linear to build and cheap for plain text."""

    def __init__(self, text: str) -> None:
        self._size = len(text)
        self._units: list[int] | None = None
        if not text.isascii() and max(text) > "\uffff":
            self._units = list(accumulate((1 + (character > "\uffff") for character in text), initial=0))

    @property
    def total(self) -> int:
        return self._units[-1] if self._units else self._size

    def units(self, index: int) -> int:
        return self._units[index] if self._units else index

    def index(self, units: int) -> int:
        """Raises ValueError outside the text and in the middle of a surrogate pair."""
        if not 0 <= units <= self.total:
            raise ValueError("outside the text")
        if self._units is None:
            return units
        index = bisect_left(self._units, units)
        if self._units[index] != units:
            raise ValueError("in the middle of a character")
        return index
