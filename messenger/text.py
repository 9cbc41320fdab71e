"""The text of a message: light markup in, plain text with entities out. Parsed once, when it is sent.

Understood: **bold**, __italic__ and _italic_, ~~strike~~, ||spoiler||, `code`, ```fenced code```, lines that begin
with "> ", [label](https://…), bare links, @handle, #hashtag. A backslash takes a mark's meaning away.
Every step is linear in the length of the text, whatever it holds.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models.user import HANDLE_PATTERN
from core import utf16
from core.errors import Invalid
from core.limits import ENTITIES_PER_MESSAGE, MENTIONS_PER_MESSAGE, MESSAGE_CHARS
from messenger.entities import (
    MAX_URL,
    clean_entities,
    is_honest_link,
    is_nested,
    is_safe_url,
    position,
)
from messenger.shapes import EntityJSON

_MARKS = {"**": "bold", "__": "italic", "_": "italic", "~~": "strike", "||": "spoiler"}
# \w knows no vowel signs of Indic scripts, no Hebrew and Arabic points, no joiners.
_WORD = (
    r"\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u200c\u200d"
)
_PLAIN = rf"""
    (?P<url>(?<![\w@/.])(?:https?://|www\.)(?=[\w\[])[^\s<>"`|\\]{{1,{MAX_URL}}}+)
  | (?P<mention>(?<![\w@/.])@(?P<handle>{HANDLE_PATTERN})(?![\w@]))
  | (?P<hashtag>(?<![\w\#&/])\#(?=\d*+[^\W\d_])[{_WORD}]{{1,64}}+)
"""
_AUTOMATIC = re.compile(_PLAIN, re.IGNORECASE | re.VERBOSE)
# Not possessive where a look-ahead stands inside the repeat: re of Python 3.11.2 (Debian 12) then loses its way.
_TOKEN = re.compile(
    rf"""
    (?P<escape>(?<!¯)\\[*_~|`\[\]>])             # ¯\_(ツ)_/¯ keeps its arm
  | (?P<code>(?<![`\\])(?:
        `(?P<once>[^`\n]++)`(?!`) | ``(?!`)[ ]?(?P<twice>(?:[^`\n]|(?<!`)`(?!`))+)(?<!`)``(?!`)
    ))
  | (?P<link>(?<!\\)\[(?P<label>(?:[^\[\]\\\n]|\\[^\n]){{1,256}}+)\]
        \((?P<target>(?:https?://|mailto:|tel:)(?:[^\s()]|\([^\s()]*+\)){{1,{MAX_URL}}}+)\))
  | {_PLAIN}
  | (?P<mark>\*++|_++|~++|\|++)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# What any markup, link, mention, hashtag or quote begins with. Most messages hold none of it.
_ANYTHING = re.compile(r"[\\`\[@#*_~|>]|https?://|www\.", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([*_~|`\[\]>])")
_LANGUAGE_LINE = re.compile(r"([A-Za-z0-9+#._-]{1,24})?[ \t]*\n")
_TRAILING = ".,:;!?'\"»”’…*_~)]}"


@dataclass(frozen=True)
class Parsed:
    text: str
    entities: list[EntityJSON]
    handles: list[str]  # mentioned, in lower case, each once


# --- normal form ------------------------------------------------------------------------------

_LINE_END = re.compile("\r\n?|[\u2028\u2029\x85]")
# Control characters, halves of surrogate pairs, and what is beyond the 16th mark on one letter.
_REMOVED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_STACKED = re.compile(r"(?<=[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{16})"
                      r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # fmt: skip
_BLANK_LINES = re.compile(r"(?<=\n)(?:[ \t]*\n){4,}")
# White space as Python knows it, and what is invisible all the same: zero width, blank Braille, Hangul filler.
_EDGE = "".join(map(chr, range(0x2000, 0x200C))) + " \t\n\x0b\x0c\xa0\u1680\u202f\u205f\u2060\u2800\u3000\u3164\ufeff"
_STEPS = ((_LINE_END, "\n"), (_REMOVED, ""), (_STACKED, ""), (_BLANK_LINES, "\n\n\n"))


def normalise(text: str) -> str:
    """Line ends as \\n, no control characters, at most three blank lines in a row, nothing invisible at either end."""
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    return text.strip(_EDGE)


def _normalise_with(text: str, places: list[int]) -> tuple[str, list[int]]:
    """normalise(), and where the places (code point indexes, ascending) have moved to."""
    for pattern, replacement in _STEPS:
        moved, shift, rest = [], 0, iter(places)
        place = next(rest, None)
        for match in pattern.finditer(text):
            while place is not None and place <= match.start():
                moved.append(place + shift)
                place = next(rest, None)
            while place is not None and place < match.end():
                moved.append(match.start() + shift + min(place - match.start(), len(replacement)))
                place = next(rest, None)
            shift += len(replacement) - (match.end() - match.start())
        moved += [each + shift for each in ([] if place is None else [place, *rest])]
        text, places = pattern.sub(replacement, text), moved
    stripped = text.strip(_EDGE)
    start = len(text) - len(text.lstrip(_EDGE))
    return stripped, [min(max(place - start, 0), len(stripped)) for place in places]


# --- parsing ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Output:
    """The plain text as pieces. An entity spans pieces, so a mark can be blanked when its partner turns up."""

    pieces: list[str] = field(default_factory=list)
    spans: list[tuple[int, int, dict[str, Any]]] = field(default_factory=list)  # first piece, end piece, fields
    handles: dict[str, None] = field(default_factory=dict)

    def add(self, piece: str, **entity: Any) -> None:
        self.pieces.append(piece)
        if entity:
            self.spans.append((len(self.pieces) - 1, len(self.pieces), entity))

    def finish(self) -> Parsed:
        starts = [0]
        for piece in self.pieces:
            starts.append(starts[-1] + utf16.length(piece))
        entities: list[Any] = [
            {**fields, "offset": starts[first], "length": starts[end] - starts[first]}
            for first, end, fields in self.spans
            if starts[end] > starts[first]
        ]
        entities.sort(key=position)
        return Parsed("".join(self.pieces), entities[:ENTITIES_PER_MESSAGE], list(self.handles)[:MENTIONS_PER_MESSAGE])


def parse(text: str) -> Parsed:
    """Raises Invalid("text_too_long"). The text may come out empty."""
    plain = normalise(text)
    if not _ANYTHING.search(plain):
        return _checked(Parsed(plain, [], []))
    out = _Output()
    for kind, block, language in _blocks(plain):
        if out.pieces:
            out.add("\n")
        first = len(out.pieces)
        if kind == "pre":
            out.add(block, type="pre", **({"language": language} if language else {}))
            continue
        _parse_inline(block, out)
        if kind == "quote":
            out.spans.append((first, len(out.pieces), {"type": "quote"}))
    return _checked(_trimmed(out.finish()))


def prepare(text: str, entities: Sequence[Mapping[str, Any]] | None = None) -> Parsed:
    """What a client asked to send: markup when it gave no entities, else its text and its entities as they are.

    Links, mentions and hashtags are found in both. Raises Invalid("text_too_long") and Invalid("bad_entities").
    """
    if entities is None:
        return parse(text)
    given = clean_entities(text, entities)
    offsets = utf16.Offsets(text)
    places = sorted({offsets.index(at) for each in given for at in (each["offset"], each["offset"] + each["length"])})
    plain, moved = _normalise_with(text, places)
    _check_length(plain)
    after, now = dict(zip(places, moved, strict=True)), utf16.Offsets(plain)
    kept: list[EntityJSON] = []
    for entity in given:
        start = now.units(after[offsets.index(entity["offset"])])
        end = now.units(after[offsets.index(entity["offset"] + entity["length"])])
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    result = _with_found(plain, kept)
    return Parsed(plain, result, _handles(plain, result))


def _check_length(text: str) -> None:
    if len(text) > MESSAGE_CHARS:
        raise Invalid("text_too_long", _("The text is too long."), limit=MESSAGE_CHARS, length=len(text))


def _checked(parsed: Parsed) -> Parsed:
    _check_length(parsed.text)
    return parsed


def _trimmed(parsed: Parsed) -> Parsed:
    """Marks gone, there may be space at the ends again. That of a program stays: its first line may be indented."""
    code = [each for each in parsed.entities if each["type"] == "pre"]
    text = parsed.text
    if not (code and code[0]["offset"] == 0):
        text = text.lstrip(_EDGE)
    start = utf16.length(parsed.text) - utf16.length(text)
    if not (code and code[-1]["offset"] + code[-1]["length"] == start + utf16.length(text)):
        text = text.rstrip(_EDGE)
    if len(text) == len(parsed.text):
        return parsed
    end = start + utf16.length(text)
    entities: list[EntityJSON] = []
    for entity in parsed.entities:
        first, last = max(entity["offset"], start), min(entity["offset"] + entity["length"], end)
        if first < last:
            entities.append({**entity, "offset": first - start, "length": last - first})
    return Parsed(text, entities, parsed.handles)


def _blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """(kind, content, language) of every fenced block, quote and run of other lines; "\\n" goes between them."""
    place = 0
    while (fence := text.find("```", place)) >= 0 and (end := text.find("```", fence + 3)) >= 0:
        content, language = text[fence + 3 : end], ""
        if head := _LANGUAGE_LINE.match(content):
            language, content = head[1] or "", content[head.end() :]
        if not content.strip(_EDGE):
            break  # ``` of nothing: then these are characters, and the rest is no code either
        if before := text[place:fence].removesuffix("\n"):
            yield from _lines(before)
        yield "pre", content.removesuffix("\n"), language
        place = end + 3 + text.startswith("\n", end + 3)
    if place < len(text):
        yield from _lines(text[place:])


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    run: list[str] = []
    is_quote = False
    for line in text.split("\n"):
        quoted = line.startswith("> ") or line == ">"
        if run and quoted != is_quote:
            yield "quote" if is_quote else "text", "\n".join(run), ""
            run = []
        is_quote = quoted
        run.append(line[2:] if quoted else line)
    yield "quote" if is_quote else "text", "\n".join(run), ""


def _parse_inline(text: str, out: _Output, is_label: bool = False) -> None:
    open_: list[tuple[str, int]] = []  # marks that wait for their partner, and their piece: at most one of each
    place = 0
    while match := _TOKEN.search(text, place):
        if match.start() > place:
            between = text[place : match.start()]
            if "\n\n" in between:
                open_.clear()  # formatting ends with the paragraph
            out.add(between)
        place = match.end()
        kind = match.lastgroup or ""
        if kind == "escape":
            out.add(match[0][1])
        elif kind == "mark":
            _take_mark(match, open_, out)
        elif match["code"]:
            out.add(match["once"] or match["twice"].removesuffix(" "), type="code")
        elif is_label:
            out.add(match[0])
        elif match["link"]:
            _take_link(match, out)
        elif match["mention"]:
            out.handles[match["handle"].lower()] = None
            out.add(match[0], type="mention")
        elif match["hashtag"]:
            out.add(match[0], type="hashtag")
        else:
            place = _take_url(match, out)
    out.add(text[place:])


def _take_mark(match: re.Match[str], open_: list[tuple[str, int]], out: _Output) -> None:
    mark, text = match[0], match.string
    before = text[match.start() - 1] if match.start() else " "
    after = text[match.end()] if match.end() < len(text) else " "
    out.add(mark)
    if mark not in _MARKS:
        return
    is_single = mark[0] == "_"
    waiting = next((index for index, entry in enumerate(open_) if entry[0] == mark), None)
    may_close = not before.isspace() and not (is_single and after.isalnum())
    if waiting is not None and may_close and open_[waiting][1] < len(out.pieces) - 2:
        first, last = open_[waiting][1], len(out.pieces) - 1
        del open_[waiting:]  # what was opened inside and not closed is text
        out.pieces[first] = out.pieces[last] = ""
        out.spans.append((first + 1, last, {"type": _MARKS[mark]}))
        return
    is_inside_word = before.isalnum() if is_single else before.isascii() and before.isalnum()
    kinds = {_MARKS[entry[0]] for entry in open_}
    if waiting is None and _MARKS[mark] not in kinds and not after.isspace() and before != "\\" and not is_inside_word:
        open_.append((mark, len(out.pieces) - 1))


def _take_link(match: re.Match[str], out: _Output) -> None:
    label = _ESCAPE.sub(r"\1", match["label"])
    if not label.strip() or not is_safe_url(match["target"]) or not is_honest_link(label, match["target"]):
        out.add(match[0])
        return
    first = len(out.pieces)
    _parse_inline(match["label"], out, is_label=True)
    out.spans.append((first, len(out.pieces), {"type": "link", "url": match["target"]}))


def _take_url(match: re.Match[str], out: _Output) -> int:
    """Adds the link without the punctuation after it; answers where to go on."""
    link = _without_punctuation(match["url"])
    url = link if link[:4].lower() != "www." else f"https://{link}"
    is_cut = len(match["url"]) == MAX_URL
    if is_cut or not is_safe_url(url) or "." not in link.strip("."):
        is_local = url.lower().startswith(("http://localhost", "https://localhost")) and is_safe_url(url)
        if is_cut or not is_local:
            out.add(match[0])
            return match.end()
    out.add(link, type="link", url=url)
    return match.start() + len(link)


def _without_punctuation(link: str) -> str:
    surplus = {close: link.count(close) - link.count(open_) for open_, close in ("()", "[]", "{}")}
    end = len(link)
    while end and (last := link[end - 1]) in _TRAILING:
        if last in surplus:
            if surplus[last] <= 0:
                break
            surplus[last] -= 1
        end -= 1
    return link[:end]


def _with_found(text: str, entities: list[EntityJSON]) -> list[EntityJSON]:
    """The entities, and the links, mentions and hashtags that fit between them."""
    out = _Output()
    place = 0
    while match := _AUTOMATIC.search(text, place):
        out.add(text[place : match.start()])
        if match["url"]:
            place = _take_url(match, out)
        else:
            place = match.end()
            out.add(match[0], type=match.lastgroup if match.lastgroup != "handle" else "mention")
    result = entities
    taken = [each for each in entities if each["type"] in ("code", "pre", "link", "mention", "hashtag")]
    for found in out.finish().entities:
        end = found["offset"] + found["length"]
        if len(result) < ENTITIES_PER_MESSAGE and not any(
            each["offset"] < end and found["offset"] < each["offset"] + each["length"] for each in taken
        ):
            candidate = sorted([*result, found], key=position)
            result = candidate if is_nested(candidate) else result
    return result


def _handles(text: str, entities: Sequence[EntityJSON]) -> list[str]:
    offsets = utf16.Offsets(text)
    found = dict.fromkeys(handle_of(text, offsets, each) for each in entities if each["type"] == "mention")
    return list(found)[:MENTIONS_PER_MESSAGE]


def handle_of(text: str, offsets: utf16.Offsets, entity: EntityJSON) -> str:
    return text[offsets.index(entity["offset"]) + 1 : offsets.index(entity["offset"] + entity["length"])].lower()


def without_spoilers(text: str, entities: Sequence[Mapping[str, Any]]) -> str:
    """For lists, excerpts and locked screens, which must show no more than the chat does before a tap."""
    spoilers = [entity for entity in entities if entity["type"] == "spoiler"]
    if not spoilers:
        return text
    offsets, letters = utf16.Offsets(text), list(text)
    for entity in spoilers:
        start, end = offsets.index(entity["offset"]), offsets.index(entity["offset"] + entity["length"])
        letters[start:end] = "▒" * (end - start)
    return "".join(letters)
