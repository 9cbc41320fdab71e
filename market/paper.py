"""A pen that writes invoices on A4: its columns, its type, and what it makes of texts that strangers wrote."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import fontpkg_fira_sans
from babel.numbers import format_decimal
from django.conf import settings
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from fpdf import FPDF, XPos, YPos

from market.money import format_minor, plain

_FONTS = Path(fontpkg_fira_sans.__file__).parent / "files"
_REGULAR, _BOLD = _FONTS / "FiraSans-Regular.ttf", _FONTS / "FiraSans-SemiBold.ttf"
_LOGO = Path(settings.BASE_DIR) / "static" / "img" / "logo.svg"
_LEFT, _RIGHT, _TOP, _BOTTOM = 20.0, 20.0, 18.0, 22.0
_WIDTH, _HEIGHT = 210 - _LEFT - _RIGHT, 297
_COLUMNS = (_WIDTH - 82, 18.0, 32.0, 32.0)  # what, how many, price, amount
_INK, _QUIET, _RULE = (24, 27, 38), (104, 109, 126), (214, 217, 227)
_LINE = 5.2  # mm of a line of text at 9.5 pt
_LONG = 300  # characters of one field that are printed
_MARKS_IN_A_ROW = 2


@lru_cache(maxsize=1)
def _printable() -> frozenset[int]:
    """What both faces can print."""
    faces = [TTFont(path, lazy=True).getBestCmap() for path in (_REGULAR, _BOLD)]
    return frozenset(faces[0]) & frozenset(faces[1])


def clean(text: str, limit: int = _LONG) -> str:
    """On one line, without what hides, reorders or piles up; "?" for letters of scripts that the font lacks."""
    kept: list[str] = []
    marks = 0
    for one in unicodedata.normalize("NFC", text[: limit * 4]):
        category = unicodedata.category(one)
        marks = marks + 1 if category[0] == "M" else 0
        if one.isspace() or category in ("Zl", "Zp", "Zs"):
            kept.append(" ")
        elif category[0] == "C" or marks > _MARKS_IN_A_ROW:
            continue
        elif ord(one) in _printable():
            kept.append(one)
        elif category[0] in "LN":
            kept.append("?")
    whole = " ".join("".join(kept).split())
    return whole if len(whole) <= limit else whole[: limit - 1].rstrip() + "…"


def clean_lines(text: str, at_most: int = 8) -> list[str]:
    lines = [clean(line, 120) for line in re.split(r"[\r\n]+", text[:4000])]
    return [line for line in lines if line][:at_most]


class _Paper(FPDF):
    """The foot of each page."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("fira", size=7.5)
        self.set_text_color(*_QUIET)
        self.cell(_WIDTH - 30, 4, self.foot)
        self.cell(30, 4, f"{self.page_no()} / {{nb}}", align="R")


class Page:
    """A pen that knows the columns."""

    def __init__(self, language: str, currency: str) -> None:
        self.language, self.currency = language, currency
        self.pdf = pdf = _Paper(format="A4")
        pdf.set_margins(_LEFT, _TOP, _RIGHT)
        pdf.c_margin = 0
        pdf.set_auto_page_break(False)
        pdf.add_font("fira", fname=_REGULAR)
        pdf.add_font("fira", style="B", fname=_BOLD)

    # --- pieces of the page

    def begin(self, title: str, author: str, made_at: datetime) -> None:
        author = clean(author, 80)
        self.pdf.foot = f"{title} · {author}"
        self.pdf.set_title(title)
        self.pdf.set_author(author)
        self.pdf.set_creator("Tenfold")
        self.pdf.set_lang(self.language)
        self.pdf.set_creation_date(made_at)
        self.pdf.add_page()
        self._logo(_LEFT, _TOP, 11)
        self._text(15, bold=True)
        self.pdf.set_xy(_LEFT + 14, _TOP + 1.5)
        self.pdf.cell(80, 8, "Tenfold")

    def parties(self, content: dict[str, Any]) -> None:
        """The buyer on the left, where windows of envelopes are; the seller on the right."""
        seller, buyer = content["seller"], content["buyer"]
        named = clean(seller["legal_name"], 120)
        shop = clean(seller["name"], 80)
        sold_by = [named or shop, *([shop] if named and shop != named else []), *clean_lines(seller["address"])]
        if tax_id := clean(seller["tax_id"], 40):
            sold_by.append(_("Tax number: %(number)s") % {"number": tax_id})
        bought_by = [clean(buyer["name"], 80), *(clean(line, 120) for line in buyer["address"])]
        start = _TOP + 24
        ends = [
            self._block(_LEFT, start, 84, _("Buyer"), bought_by),
            self._block(_LEFT + 98, start, _WIDTH - 98, _("Seller"), sold_by),
        ]
        self.pdf.set_y(max(*ends, start + 30) + 8)

    def heading(self, title: str, facts: Sequence[tuple[str, str]]) -> None:
        pdf = self.pdf
        self._text(19, bold=True)
        pdf.cell(_WIDTH, 10, title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(1.5)
        width = _WIDTH / len(facts)
        start, deepest = pdf.get_y(), 0.0
        for index, (name, value) in enumerate(facts):
            pdf.set_xy(_LEFT + index * width, start)
            self._text(7.5, _QUIET)
            pdf.cell(width, 4, name, new_x=XPos.LEFT, new_y=YPos.NEXT)
            self._text(9.5)
            pdf.multi_cell(width - 2, 4.6, clean(value), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            deepest = max(deepest, pdf.get_y())
        pdf.set_y(deepest + 6)

    def lines(self, lines: Sequence[dict[str, Any]]) -> None:
        self._table_head()
        for line in lines:
            title = clean(line["title"]) or _("Without a title")
            variant = clean(line["variant"], 120)
            height = self._height(title, 9.5) + (self._height(variant, 8) if variant else 0) + 3.4
            if self.pdf.get_y() + height > _HEIGHT - _BOTTOM:
                self.pdf.add_page()
                self._table_head()
            self._line(line, title, variant, height)

    def totals(self, rows: Sequence[tuple[str, int]]) -> None:
        pdf = self.pdf
        self._room(len(rows) * 6 + 12)
        pdf.ln(2.5)
        for name, minor in rows[:-1]:
            self._sum(name, minor, 9.5, 6, bold=False)
        name, minor = rows[-1]
        pdf.ln(1)
        pdf.set_draw_color(*_INK)
        pdf.set_line_width(0.4)
        pdf.line(_LEFT + _WIDTH - 84, pdf.get_y(), _LEFT + _WIDTH, pdf.get_y())
        pdf.ln(1.2)
        self._sum(name, minor, 12.5, 8, bold=True)

    def vat(self, rates: Sequence[dict[str, int]]) -> None:
        if not rates:
            return
        self._room(len(rates) * 5 + 8)
        self.pdf.ln(2)
        for rate in rates:
            percent = format_decimal(rate["rate_bp"] / 100, locale=self.language.replace("-", "_"))
            text = _("Included: %(rate)s %% value added tax on %(net)s net") % {
                "rate": percent, "net": self.money(rate["net_minor"]),
            }  # fmt: skip
            self._text(8.5, _QUIET)
            self.pdf.cell(_WIDTH - 32, 5, text, align="R")
            self.pdf.cell(32, 5, self.money(rate["vat_minor"]), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def notes(self, notes: Sequence[str]) -> None:
        self._room(len(notes) * _LINE + 12)
        self.pdf.ln(10)
        self._text(9, _QUIET)
        for note in notes:
            self.pdf.multi_cell(_WIDTH, _LINE, note, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    # --- smaller ones

    def money(self, minor: int) -> str:
        """As people write it; with the currency's letters where the font lacks its sign."""
        text = format_minor(minor, self.currency, self.language).replace("\u202f", "\u00a0")
        text = "".join(one for one in text if unicodedata.category(one) != "Cf")
        if all(ord(one) in _printable() for one in text):
            return text
        return f"{plain(minor, self.currency)}\u00a0{self.currency}"

    def _line(self, line: dict[str, Any], title: str, variant: str, height: float) -> None:
        pdf, start = self.pdf, self.pdf.get_y()
        pdf.set_xy(_LEFT, start + 1.6)
        self._text(9.5)
        pdf.multi_cell(_COLUMNS[0] - 3, _LINE, title, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        if variant:
            self._text(8, _QUIET)
            pdf.multi_cell(_COLUMNS[0] - 3, 4.2, variant, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        unit = self.money(line["unit_minor"]) if line["unit_minor"] is not None else ""
        pdf.set_xy(_LEFT + _COLUMNS[0], start + 1.6)
        self._text(9.5)
        cells = (str(line["quantity"] or "–"), unit, self.money(line["total_minor"]))
        for width, text in zip(_COLUMNS[1:], cells, strict=True):
            self._fitting(width, text, 9.5)
        end = start + height
        pdf.set_draw_color(*_RULE)
        pdf.set_line_width(0.2)
        pdf.line(_LEFT, end, _LEFT + _WIDTH, end)
        pdf.set_xy(_LEFT, end)

    def _table_head(self) -> None:
        self._text(7.5, _QUIET)
        names = (_("What"), _("Pieces"), _("Price"), _("Amount"))
        for width, name in zip(_COLUMNS, names, strict=True):
            self.pdf.cell(width, 5, name, align="L" if name == names[0] else "R")
        self.pdf.ln(5.5)
        self.pdf.set_draw_color(*_INK)
        self.pdf.set_line_width(0.4)
        self.pdf.line(_LEFT, self.pdf.get_y(), _LEFT + _WIDTH, self.pdf.get_y())

    def _sum(self, name: str, minor: int, size: float, height: float, *, bold: bool) -> None:
        pdf = self.pdf
        pdf.set_x(_LEFT + _WIDTH - 84)
        self._text(size, bold=bold)
        pdf.cell(44, height, self._cut(name, 43))
        self._fitting(40, self.money(minor), size, height, bold=bold)
        pdf.ln(height)

    def _fitting(self, width: float, text: str, size: float, height: float = _LINE, *, bold: bool = False) -> None:
        """A cell on the right edge of its column; a huge amount gets smaller instead of running into its neighbour."""
        while size > 5 and self.pdf.get_string_width(text) > width - 3:
            size -= 0.5
            self._text(size, bold=bold)
        self.pdf.cell(width, height, text, align="R")
        self._text(9.5)

    def _cut(self, text: str, width: float) -> str:
        text = clean(text, 80)
        while len(text) > 1 and self.pdf.get_string_width(text) > width:
            text = text[:-2].rstrip() + "…"
        return text

    def _block(self, x: float, y: float, width: float, name: str, lines: Sequence[str]) -> float:
        pdf = self.pdf
        pdf.set_xy(x, y)
        self._text(7.5, _QUIET)
        pdf.cell(width, 4.5, name, new_x=XPos.LEFT, new_y=YPos.NEXT)
        for index, line in enumerate(lines):
            self._text(9.5, bold=index == 0)
            pdf.multi_cell(width, 4.8, line, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        return float(pdf.get_y())

    def _room(self, height: float) -> None:
        if self.pdf.get_y() + height > _HEIGHT - _BOTTOM:
            self.pdf.add_page()

    def _height(self, text: str, size: float) -> float:
        self._text(size)
        lines = self.pdf.multi_cell(_COLUMNS[0] - 3, _LINE, text, align="L", dry_run=True, output="LINES")
        return len(cast(list[str], lines)) * (_LINE if size > 9 else 4.2)

    def _text(self, size: float, color: tuple[int, int, int] = _INK, *, bold: bool = False) -> None:
        self.pdf.set_font("fira", style="B" if bold else "", size=size)
        self.pdf.set_text_color(*color)

    def _logo(self, x: float, y: float, size: float) -> None:
        self.pdf.image(_LOGO, x=x, y=y, w=size)
