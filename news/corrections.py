"""Corrections that a source publishes in the text of a story: a paragraph that begins with the word for it."""

import re

from news.cleaning import plain_text, shortened
from news.models import Correction, Story

_PARAGRAPH = re.compile(r"<(?:p|li|div|em|strong|i|b)\b[^>]*>(.*?)</(?:p|li|div)>|^([^<]+)", re.IGNORECASE | re.DOTALL)
_CORRECTION = re.compile(
    r"(?:correction|corrected|berichtigung|korrektur|исправление|поправка|correctif|corrección)\b", re.I
)
_RETRACTION = re.compile(r"(?:retraction|retracted|widerruf|опровержение)\b", re.IGNORECASE)
CHARS = 600


def corrections_in(html: str) -> list[tuple[str, str]]:
    """(kind, text) of each, in order."""
    found = []
    for match in _PARAGRAPH.finditer(html):
        text = plain_text(match[1] or match[2] or "")
        if _RETRACTION.match(text):
            found.append((Correction.Kind.RETRACTION.value, shortened(text, CHARS)))
        elif _CORRECTION.match(text):
            found.append((Correction.Kind.CORRECTION.value, shortened(text, CHARS)))
    return found


def note_corrections(story: Story, html: str) -> None:
    """Those of a changed text that were not there before, in the transaction that stores it."""
    known = set(Correction.objects.filter(story=story).values_list("text", flat=True))
    for kind, text in corrections_in(html):
        if text not in known:
            known.add(text)
            Correction.objects.create(story=story, kind=kind, text=text)
