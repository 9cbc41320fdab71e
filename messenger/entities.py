"""Formatted stretches of a text: what is allowed, and in which order. Offsets count UTF-16 code units."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from accounts.models.user import HANDLE_PATTERN
from core.errors import Invalid
from core.limits import ENTITIES_PER_MESSAGE
from core.utf16 import Offsets
from messenger.shapes import EntityJSON

MAX_URL = 2000
STYLES = ("bold", "italic", "strike", "spoiler")
LITERAL = ("code", "pre")  # nothing inside them is formatted

# Of two entities over the same stretch the one with the lower rank is the outer one.
_RANKS = {
    kind: rank
    for rank, kind in enumerate(
        ("quote", "spoiler", "bold", "italic", "strike", "link", "mention", "hashtag", "code", "pre")
    )
}
_LANGUAGE = re.compile(r"[A-Za-z0-9+#._-]{1,24}")
_MENTION = re.compile(rf"@{HANDLE_PATTERN}", re.IGNORECASE)
_CONTROL = re.compile(r"[\s\x00-\x1f\x7f<>\"]")
_ADDRESS_LIKE = re.compile(r"(?:https?://|www\.)?((?:[\w-]+\.)+[a-z]{2,})(?:[/:?#]\S*)?", re.IGNORECASE)


def position(entity: EntityJSON) -> tuple[int, int, int]:
    """The sort key: outer before inner."""
    return entity["offset"], -entity["length"], _RANKS[entity["type"]]


def is_safe_url(url: str) -> bool:
    """Only http, https, mailto and tel; never what could run as a script or break out of an attribute."""
    if len(url) > MAX_URL or _CONTROL.search(url):
        return False
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https"):
            return bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
    return parts.scheme in ("mailto", "tel") and bool(parts.path)


def is_honest_link(label: str, url: str) -> bool:
    """A label that reads as an address must lead to that host: `[https://bank.example](https://thief.example)`."""
    shown = _ADDRESS_LIKE.fullmatch(label.strip())
    if shown is None or not url.startswith(("http:", "https:")):
        return True
    hosts = [host.lower().removeprefix("www.") for host in (shown[1], urlsplit(url).hostname or "")]
    return hosts[0] == hosts[1]


def is_nested(ordered: Sequence[EntityJSON]) -> bool:
    """Whether sorted entities lie beside or inside each other, none inside code, none twice."""
    open_: list[EntityJSON] = []
    for entity in ordered:
        while open_ and end_of(open_[-1]) <= entity["offset"]:
            open_.pop()
        if open_ and (open_[-1]["type"] in LITERAL or end_of(open_[-1]) < end_of(entity)):
            return False
        if any(other["type"] == entity["type"] for other in open_):
            return False
        open_.append(entity)
    return True


def end_of(entity: EntityJSON) -> int:
    return entity["offset"] + entity["length"]


def clean_entities(text: str, entities: Sequence[Mapping[str, Any]]) -> list[EntityJSON]:
    """The entities a client sent, sorted and reduced to known fields. Raises Invalid("bad_entities").

    A mention's `user` is dropped: the server says who it is, see messenger/text.py.
    """
    if not isinstance(entities, list | tuple) or len(entities) > ENTITIES_PER_MESSAGE:
        raise _bad(f"at most {ENTITIES_PER_MESSAGE} in a list")
    offsets = Offsets(text)
    result = sorted((_clean(text, offsets, entity) for entity in entities), key=position)
    if not is_nested(result):
        raise _bad("entities overlap")
    return result


def _clean(text: str, offsets: Offsets, entity: Any) -> EntityJSON:
    if not isinstance(entity, Mapping) or entity.get("type") not in _RANKS:
        raise _bad("unknown type")
    kind, offset, length = entity["type"], entity.get("offset"), entity.get("length")
    if type(offset) is not int or type(length) is not int or length < 1:
        raise _bad("offset and length are positive integers")
    try:
        covered = text[offsets.index(offset) : offsets.index(offset + length)]
    except ValueError as error:
        raise _bad(str(error)) from error
    result: EntityJSON = {"type": kind, "offset": offset, "length": length}
    if kind == "link":
        url = entity.get("url", covered)
        if not isinstance(url, str) or not is_safe_url(url) or not is_honest_link(covered, url):
            raise _bad("link with a bad address")
        result["url"] = url
    elif kind == "pre" and (language := entity.get("language")):
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            raise _bad("bad language")
        result["language"] = language
    elif kind == "mention" and not _MENTION.fullmatch(covered):
        raise _bad("a mention covers @handle")
    return result


def _bad(reason: str) -> Invalid:
    return Invalid("bad_entities", _("The formatting does not fit the text."), reason=reason)
