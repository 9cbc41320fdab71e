"""Text of people in XML: escaped, and without the characters that no XML may hold."""

import re
from xml.sax.saxutils import escape

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text), {'"': "&quot;"})
