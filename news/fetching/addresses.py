"""When two addresses are the same feed, and who is behind one."""

import hashlib
from urllib.parse import urlsplit, urlunsplit

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


def registrable_domain(url: str) -> str:
    """ "news.example.co.uk" -> "example.co.uk": who is asked one thing at a time. Of bare addresses the address."""
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    return (_SUFFIXES.privatesuffix(host) or host)[:255]
