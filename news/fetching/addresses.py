"""When two addresses are the same feed, and who is behind one."""

import hashlib
import re
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from publicsuffixlist import PublicSuffixList

from news.cleaning import web_address

_SUFFIXES = PublicSuffixList()


def normalised(url: str) -> str:
    """The address as it is kept: lower-case host, no default port, no fragment, http(s). "" for no web address.

    "feed:" and "feed://", as some pages write them, are understood.
    """
    url = url.strip()
    if url.lower().startswith("feed:"):
        rest = url[5:]
        url = f"https:{rest}" if rest.startswith("//") else rest
    if "://" not in url and "." in url.partition("/")[0]:
        url = f"https://{url}"
    if not (url := web_address(url)):
        return ""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    port = f":{parts.port}" if parts.port and (parts.scheme, parts.port) not in (("http", 80), ("https", 443)) else ""
    name = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, f"{name}{port}", parts.path or "/", parts.query, ""))


def url_hash(url: str) -> str:
    """One row per feed: the scheme does not make another one of it."""
    return hashlib.sha256(normalised(url).partition("://")[2].encode()).hexdigest()


def may_hold_a_key(url: str) -> bool:
    """Whether the address looks like one that was given to a single reader: a paid newsletter's, a calendar's. In
    doubt it does.
    """
    parts = urlsplit(url)
    if parts.username or parts.password:
        return True
    if any(_is_token(segment) for segment in parts.path.split("/")):
        return True
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    return any(_KEY_NAME.search(name) or _is_token(value) or len(value) > 24 for name, value in pairs)


_KEY_NAME = re.compile(r"key|token|auth|secret|pass|sig|user|email|member|private|session|uid|hash", re.IGNORECASE)
_LONG = re.compile(r"[A-Za-z0-9+=_~-]{16,}")


def _is_token(part: str) -> bool:
    """Long, with digits among the letters, and no words: "a8Zk29dkk2kdkJ20ks", not "2026-11-20-the-bridge"."""
    pieces = [piece for piece in re.split(r"[-_.]", part) if piece]
    mixed = [piece for piece in pieces if re.search(r"[0-9]", piece) and re.search(r"[A-Za-z]", piece)]
    return bool(_LONG.search(part)) and (
        sum(map(len, mixed)) >= 12 or any(len(p) >= 12 and p.isdigit() for p in pieces)
    )


def registrable_domain(url: str) -> str:
    """ "news.example.co.uk" -> "example.co.uk": who is asked one thing at a time. Of bare addresses the address."""
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    return (_SUFFIXES.privatesuffix(host) or host)[:255]
