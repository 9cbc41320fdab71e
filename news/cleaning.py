"""What strangers' documents may say here: text, links that lead to the web, pictures, no behaviour.

Also imported by the parser's child process, so without Django. Cleaned once, when it is stored; a template may then
mark it as safe.
"""

import html as html_module
import re
import unicodedata
from urllib.parse import urljoin, urlsplit

import nh3

TITLE_CHARS, SUMMARY_CHARS, HTML_CHARS, NAME_CHARS, URL_CHARS = 300, 600, 400_000, 120, 2000
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "dl", "dt", "em", "figcaption",
    "figure", "h2", "h3", "h4", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp",
    "small", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "ul", "var",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_GONE_WITH_CONTENT = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "form", "head"}
_BLOCK_END = re.compile(r"<(?:br|/p|/div|/li|/h\d|/tr|/blockquote|/figcaption)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_OPEN_OR_CLOSE = re.compile(r"<(/?)(\w+)")
_WITHOUT_END = {"br", "hr", "img"}
MAX_DEPTH = 100  # tags in tags: browsers crawl through more, and no story needs them
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
_MARKS = re.compile(r"([\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]{3})[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]+")


def web_address(value: str, base_url: str = "") -> str:
    """The absolute http(s) address, or "" for anything else."""
    value = _HIDDEN.sub("", value or "").strip()
    if not value or len(value) > URL_CHARS:
        return ""
    try:
        joined = urljoin(base_url, value) if base_url else value
        parts = urlsplit(joined)
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
    return joined if is_web and len(joined) <= URL_CHARS and not re.search(r"\s", joined) else ""


def clean_html(html: str, *, base_url: str = "") -> str:
    """A body that is safe to show: known tags, addresses of the web, no more than HTML_CHARS of source."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name in ("href", "src"):
            return web_address(value, base_url) or None
        if name in ("width", "height"):
            return value if value.isascii() and value.isdigit() and len(value) < 5 else None
        return value[:300]

    cleaned = nh3.clean(
        _HIDDEN.sub("", html)[:HTML_CHARS],
        tags=_TAGS,
        clean_content_tags=_GONE_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    )
    return cleaned.strip() if _depth(cleaned) <= MAX_DEPTH else f"<p>{html_module.escape(plain_text(cleaned))}</p>"


def _depth(cleaned: str) -> int:
    """How deep the tags of well-formed HTML stand in each other, as far as it matters."""
    depth = deepest = 0
    for end, tag in _OPEN_OR_CLOSE.findall(cleaned):
        if tag not in _WITHOUT_END:
            depth += -1 if end else 1
            deepest = max(deepest, depth)
            if deepest > MAX_DEPTH:
                break
    return deepest


def plain_text(html: str) -> str:
    """The words of it, in one line, without any markup."""
    return one_line(html_module.unescape(_TAG.sub("", nh3.clean(_BLOCK_END.sub(" ", html[:HTML_CHARS]), tags=set()))))


def clean_title(text: str, limit: int = TITLE_CHARS) -> str:
    """A title is text, whatever it was written in: "AT&amp;T <b>grows</b>" is "AT&T grows"."""
    return shortened(plain_text(text[: 20 * limit]) if re.search(r"[<&]", text) else one_line(text), limit)


def one_line(text: str) -> str:
    """Without control characters, overrides of direction, towers of accents, or breaks."""
    text = unicodedata.normalize("NFC", _HIDDEN.sub("", text.replace("\xad", "")))
    return re.sub(r"\s+", " ", _MARKS.sub(r"\1", text)).strip()


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip(" ,;:-") + "…"
