"""The way back: plain text and entities to the light markup that messenger/text.py reads, for editing."""

import re
from collections.abc import Sequence

from core import utf16
from core.errors import Invalid
from messenger.entities import STYLES, position
from messenger.shapes import EntityJSON
from messenger.text import parse

_MARKS = {"bold": "**", "italic": "__", "strike": "~~", "spoiler": "||"}
_SPECIAL = re.compile(r"(?<!¯)(?:[*~|`\[\]]|_(?!(?<=[^\W_]_)[^\W_])|^>(?=[ \n]|\Z)|(?<=\\)>)", re.MULTILINE)
_PARAGRAPH_END = re.compile(r"\s*\n\n\s*")
_LINE_END = re.compile(r"\n+")

Span = tuple[int, int, EntityJSON]  # start, end in code points


def to_markup(text: str, entities: Sequence[EntityJSON]) -> str:
    """Markup that parses to the same text and the same look, as near as markup can.

    A style over several paragraphs becomes several; one that begins inside a word has no markup.
    Marks that are plain characters get a backslash only where they would be read as marks.
    """
    offsets = utf16.Offsets(text)
    spans = [
        (offsets.index(each["offset"]), offsets.index(each["offset"] + each["length"]), each)
        for each in sorted(entities, key=position)
    ]
    simple = _Writer(text, is_escaping=False).write(0, len(text), spans)
    try:
        parsed = parse(simple)
    except Invalid:
        parsed = None
    if parsed and parsed.text == text and len(parsed.entities) == len(spans):
        return simple
    return _Writer(text, is_escaping=True).write(0, len(text), spans)


class _Writer:
    def __init__(self, text: str, *, is_escaping: bool) -> None:
        self.text = text
        self.is_escaping = is_escaping

    def write(self, start: int, end: int, spans: Sequence[Span]) -> str:
        """The stretch with the spans (sorted, nested) that lie in it."""
        result, place, index = "", start, 0
        while index < len(spans):
            first, last, entity = spans[index]
            following = index + 1
            while following < len(spans) and spans[following][0] < last:
                following += 1
            inner = spans[index + 1 : following]
            result += self.literal(place, first) + self.entity(first, last, entity, inner)
            place, index = last, following
        return result + self.literal(place, end)

    def literal(self, start: int, end: int) -> str:
        stretch = self.text[start:end]
        if not self.is_escaping:
            return stretch
        return _SPECIAL.sub(lambda match: f"\\{match[0]}", stretch)

    def entity(self, start: int, end: int, entity: EntityJSON, inner: Sequence[Span]) -> str:
        kind, covered = entity["type"], self.text[start:end]
        if kind in STYLES:
            return self.style(start, end, entity, inner)
        if kind == "code":
            return "".join(
                part if _LINE_END.fullmatch(part) else f"`` {part} ``" if "`" in part else f"`{part}`"
                for part in re.split(r"(\n+)", covered)
                if part
            )
        if kind == "pre" and "```" not in covered:
            return f"```{entity.get('language', '')}\n{covered}\n```"
        if kind == "quote":
            return re.sub(r"^", "> ", self.write(start, end, inner), flags=re.MULTILINE)
        if kind == "link" and entity["url"] not in (covered, f"https://{covered}") and "\n" not in covered:
            return f"[{self.write(start, end, inner)}]({entity['url']})"
        return covered if kind in ("link", "mention", "hashtag") else self.literal(start, end)

    def style(self, start: int, end: int, entity: EntityJSON, inner: Sequence[Span]) -> str:
        """Marks hold within a paragraph and go inside quotes, never around blocks."""
        blocks = [span for span in inner if span[2]["type"] in ("quote", "pre")]
        result, place = "", start
        for first, last, block in [*blocks, (end, end, entity)]:
            result += self.paragraphs(place, first, entity, _within(inner, place, first))
            if first < last:
                nested = _within([span for span in inner if span[2] is not block], first, last)
                is_quote = block["type"] == "quote"
                result += self.entity(first, last, block, [(first, last, entity), *nested] if is_quote else [])
            place = last
        return result

    def paragraphs(self, start: int, end: int, entity: EntityJSON, inner: Sequence[Span]) -> str:
        mark, result, place = _MARKS[entity["type"]], "", start
        ends = [(match.start(), match.end()) for match in _PARAGRAPH_END.finditer(self.text, start, end)]
        for first, last in [*ends, (end, end)]:
            covered = self.text[place:first]
            lead = place + len(covered) - len(covered.lstrip())
            tail = max(lead, place + len(covered.rstrip()))
            marked = mark + self.write(lead, tail, _within(inner, lead, tail)) + mark if tail > lead else ""
            result += self.text[place:lead] + marked + self.text[tail:last]
            place = last
        return result


def _within(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    clipped = [(max(first, start), min(last, end), entity) for first, last, entity in spans]
    return [span for span in clipped if span[0] < span[1]]
