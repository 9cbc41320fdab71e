"""Titles and the like: one line, that cannot reach out of its place."""

import re

from messenger.text import normalise

# Marks and overrides of writing direction: a title could turn the rest of the line around and so pass for another.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def one_line(text: str) -> str:
    """In normal form, white space of any kind as one blank. May come back empty."""
    return " ".join(normalise(_DIRECTION.sub("", text)).split())


def paragraph(text: str) -> str:
    """In normal form, without direction overrides; lines stay."""
    return normalise(_DIRECTION.sub("", text))
