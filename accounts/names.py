"""What people call themselves and each other: text that stays in its place, in a page, a line, a header."""

import unicodedata

# Characters that turn the reading direction of what follows: a name must not rewrite the line it stands in.
_TURNING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"))
_KEPT = frozenset("\n\t\u200c\u200d")  # the joiners are part of Persian and Hindi words, and of emoji
_ENDS = " \n\t\u200c\u200d"


def plain(text: str) -> str:
    """Without what is invisible or turns the line; lines stay, and blanks of any width are blanks."""
    blank = "".join(" " if unicodedata.category(character) == "Zs" else character for character in text)
    kept = "".join(character for character in blank if character in _KEPT or character.isprintable())
    return kept.translate(_TURNING).strip(_ENDS)


def one_line(text: str) -> str:
    return " ".join(plain(text).split())
