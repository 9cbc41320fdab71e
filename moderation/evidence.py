"""What was reported, laid out for reading: nested JSON as nested tables, every value escaped."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_MAX_DEPTH = 5
_LEFT_OUT = frozenset({"thumb", "waveform", "sizes", "modseq", "client_id", "default_rights"})


def evidence_table(value: Any, depth: int = 0) -> SafeString:
    if isinstance(value, dict) and depth < _MAX_DEPTH:
        shown = [(name, one) for name, one in value.items() if name not in _LEFT_OUT and one not in (None, "", [], {})]
        rows = format_html_join(
            "", '<tr><th scope="row">{}</th><td>{}</td></tr>',
            ((name, evidence_table(one, depth + 1)) for name, one in shown),
        )  # fmt: skip
        return format_html('<table class="evidence">{}</table>', rows)
    if isinstance(value, list) and depth < _MAX_DEPTH:
        items = format_html_join("", "<li>{}</li>", ((evidence_table(one, depth + 1),) for one in value[:50]))
        return format_html('<ul class="evidence-list">{}</ul>', items)
    return format_html('<span class="evidence-text">{}</span>', str(value))
