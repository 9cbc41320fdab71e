"""Reads scripts/*.txt: who sells what, as a person would type it into a notebook.

A shop begins with `shop: alias kind [currency country]`, a listing with `# title`. Below the title: `@` category and
facts, `!` the picture, `+` a variant, `>` what buyers of digital goods get, `course:` the chat a course lets in to;
everything else is the description.
"""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from market.money import exponent

_FOLDER = Path(__file__).parent / "scripts"
_UNTRACKED = "x~"


@dataclass
class PictureNote:
    """`words`: what the kind takes beside its colours. Without a scene one is chosen that suits."""

    kind: str
    colour: str
    accent: str
    words: tuple[str | int, ...] = ()
    scene: str = ""
    hue: str = ""


@dataclass
class VariantNote:
    name: str
    price: int | None
    on_hand: int | None
    picture: PictureNote | None = None


@dataclass
class ListingNote:
    title: str
    category: str = ""
    condition: str = ""
    kind: str = "goods"
    state: str = "published"
    days_ago: int | None = None
    max_per_buyer: int | None = None
    takes_offers: bool = True
    facts: dict[str, str] = field(default_factory=dict)
    picture: PictureNote | None = None
    variants: list[VariantNote] = field(default_factory=list)
    description: str = ""
    digital_text: str = ""
    course: str = ""


@dataclass
class DeliveryNote:
    kind: str
    name: str
    price: int = 0
    extra: int = 0
    free_from: int | None = None
    countries: list[str] = field(default_factory=list)


@dataclass
class ShopNote:
    alias: str
    kind: str
    currency: str = "EUR"
    country: str = "DE"
    lines: dict[str, str] = field(default_factory=dict)
    delivery: list[DeliveryNote] = field(default_factory=list)
    replies: list[tuple[str, str]] = field(default_factory=list)
    listings: list[ListingNote] = field(default_factory=list)

    def parts(self, name: str) -> list[str]:
        return [part.strip() for part in self.lines.get(name, "").split("|")]


def read_shops() -> list[ShopNote]:
    shops: list[ShopNote] = []
    for path in sorted(_FOLDER.glob("*.txt")):
        for block in _blocks(path.read_text(encoding="utf-8")):
            if block[0].startswith("shop: "):
                shops.append(_shop(block))
            else:
                shops[-1].listings.append(_listing(block, shops[-1].currency))
    return shops


def _blocks(text: str) -> Iterator[list[str]]:
    for block in text.split("\n\n"):
        if lines := [line.rstrip() for line in block.splitlines() if line.strip()]:
            yield lines


def minor(text: str, currency: str) -> int | None:
    """ "12.50" as it stands in the scripts; "request": none."""
    if text == "request":
        return None
    return 0 if text == "free" else int(Decimal(text).scaleb(exponent(currency)))


def _shop(lines: list[str]) -> ShopNote:
    alias, kind, *abroad = lines[0].removeprefix("shop: ").split()
    currency, country = abroad or ("EUR", "DE")
    shop = ShopNote(alias, kind, currency, country)
    for line in lines[1:]:
        name, _colon, value = line.partition(": ")
        parts = [part.strip() for part in value.split("|")]
        if name == "delivery":
            shop.delivery.append(_delivery(parts, shop.currency))
        elif name == "quick":
            shop.replies.append((parts[0], parts[1]))
        else:
            shop.lines[name] = value
    return shop


def _delivery(parts: list[str], currency: str) -> DeliveryNote:
    """kind | name | minor units [+ of each further piece] | free from | countries."""
    price, _space, extra = parts[2].partition(" +")
    note = DeliveryNote(parts[0], parts[1], int(price), int(extra or 0))
    for part in parts[3:]:
        if part.startswith("free "):
            note.free_from = int(part.removeprefix("free "))
        elif part:
            note.countries = part.split()
    return note


def _listing(lines: list[str], currency: str) -> ListingNote:
    note, told = ListingNote(lines[0].removeprefix("# ")), []
    for line in lines[1:]:
        mark, _space, rest = line.partition(" ")
        if mark == "@":
            _facts(note, rest, currency)
        elif mark == "!":
            note.picture = _picture(rest)
        elif mark == "+":
            if note.variants and not note.variants[0].name:
                note.variants.clear()  # the price in the facts was that of the cheapest
            note.variants.append(_variant(rest, currency))
        elif mark == ">":
            note.digital_text = rest
        elif mark == "course:":
            note.course = rest
        else:
            told.append(line)
    note.description = "\n\n".join(told)
    return note


def _facts(note: ListingNote, text: str, currency: str) -> None:
    category, condition, price, *rest = text.split()
    note.category, note.condition = f"{category}/", condition if condition != "-" else ""
    plain = VariantNote("", minor(price, currency), 1)
    for word in rest:
        name, equals, value = word.partition("=")
        if equals and name in ("kind", "state"):
            setattr(note, name, value)
        elif name == "max" and equals:
            note.max_per_buyer = int(value)
        elif equals:
            note.facts[name] = value.replace("_", " ")
        elif word == "firm":
            note.takes_offers = False
        elif word == _UNTRACKED:
            plain.on_hand = None
        elif word.startswith("x"):
            plain.on_hand = int(word[1:])
        else:
            note.days_ago = int(word.removeprefix("d"))
    note.variants = [plain]


def _variant(text: str, currency: str) -> VariantNote:
    name, price, count, *picture = (part.strip() for part in text.split("|"))
    on_hand = None if count == _UNTRACKED else int(count[1:])
    return VariantNote(name, minor(price, currency), on_hand, _picture(picture[0]) if picture else None)


def _picture(text: str) -> PictureNote:
    kind, colours, *rest = shlex.split(text)
    colour, _slash, accent = colours.partition("/")
    note, words = PictureNote(kind, colour, accent), list[str | int]()
    for word in rest:
        if word in ("studio", "room", "table", "grass", "flat"):
            note.scene = word
        elif note.scene:
            note.hue = word
        else:
            words.append(int(word) if word.isdigit() else word.replace("|", "\n"))
    note.words = tuple(words)
    return note
