"""Spreadsheets as people save them: UTF-8, UTF-16 or Windows-1252; commas, semicolons or tabs; and cells that are safe.

A cell that begins with = + - @ or a tab is a formula to a spreadsheet: written by one person, run by another. So what
we write has an apostrophe before it, and what we read loses it again.
"""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid, TooLarge

DELIMITERS = (",", ";", "\t")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CELL_CHARS = 20_000


def decode(content: bytes) -> str:
    """Raises Invalid("bad_encoding")."""
    try:
        text = content.decode(_encoding_of(content))
    except UnicodeDecodeError as error:
        raise Invalid("bad_encoding", _("This file is no text that we can read. Save it as CSV (UTF-8).")) from error
    if "\0" in text:
        raise Invalid("bad_encoding", _("This file is no text that we can read. Save it as CSV (UTF-8)."))
    return text


def _encoding_of(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = content[:200]
    if head.count(0) * 3 > len(head):  # Latin letters in UTF-16: every other byte is empty
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def delimiter_of(text: str, columns: Collection[str]) -> str:
    """The one that makes most of these columns out of the first line."""
    line = text.lstrip("\ufeff\r\n").split("\n", 1)[0]

    def known(delimiter: str) -> int:
        return len(set(_names(next(csv.reader([line], delimiter=delimiter), []))) & set(columns))

    return max(DELIMITERS, key=known)


Numbered = tuple[int, list[str]]


def rows(text: str, delimiter: str) -> Iterator[Numbered]:
    """(number as a spreadsheet counts, cells without blanks around them); empty rows are left out.

    Raises Invalid("bad_csv", row=…).
    """
    number = 0
    csv.field_size_limit(max(csv.field_size_limit(), _CELL_CHARS))
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid("bad_csv", _("This line cannot be read."), row=number + 1) from error
        number += 1
        if any(cell.strip() for cell in cells):
            yield number, [unguarded(cell) for cell in cells]


def table(text: str, delimiter: str, *, limit: int) -> tuple[list[str], list[Numbered]]:
    """The names of the columns, in lower case, and the rows with their numbers. Raises Invalid("bad_csv", "empty_file",
    "duplicate_column"), TooLarge("too_many_rows").
    """
    found = rows(text, delimiter)
    names = _names(next(found, (0, []))[1])
    if not names:
        raise Invalid("empty_file", _("This file is empty."))
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise Invalid("duplicate_column", _("A column is there twice."), columns=twice)
    body: list[Numbered] = []
    for row in found:
        if len(body) >= limit:
            raise TooLarge("too_many_rows", _("This file has too many rows."), limit=limit)
        body.append(row)
    return names, body


def _names(cells: Sequence[str]) -> list[str]:
    return [cell.strip().strip("\ufeff").lower() for cell in cells]


def guarded(cell: str) -> str:
    return f"'{cell}" if _is_formula(cell) else cell


def unguarded(cell: str) -> str:
    return (cell[1:] if cell.startswith("'") and _is_formula(cell) else cell).strip()


def _is_formula(cell: str) -> bool:
    """Also behind apostrophes, so that one that was there before comes back."""
    return cell.lstrip("'").startswith(_FORMULA)


def line(cells: Sequence[Any]) -> str:
    """One line of a file that we write."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])
    return buffer.getvalue()
