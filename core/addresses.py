"""Whose address it is: behind the proxies we know, and as the block one subscriber controls."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def client_address(source: HttpRequest | Request | Mapping[str, Any]) -> str:
    """The address of who asks, from a request or an ASGI scope; "" when there is none (a unix socket).

    Each of our NUM_PROXIES proxies appends whom it heard from to X-Forwarded-For, so the entry that many from the
    right is the client; everything left of it is what the client claims.
    """
    if isinstance(source, Mapping):
        peer = (source.get("client") or [""])[0]
        forwarded = b",".join(value for name, value in source.get("headers", ()) if name == b"x-forwarded-for").decode(
            "latin-1"
        )
    else:
        peer = source.META.get("REMOTE_ADDR") or ""
        forwarded = source.META.get("HTTP_X_FORWARDED_FOR", "")
    if not settings.NUM_PROXIES:
        return str(peer)
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if not hops:
        return str(peer)
    claimed = hops[-min(settings.NUM_PROXIES, len(hops))]
    return claimed if _parse(claimed) else str(peer)


def address_block(address: str) -> str:
    """What one subscriber controls: the address itself, or the /64 of IPv6."""
    parsed = _parse(address)
    if parsed is None:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return str(parsed)


def _parse(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
