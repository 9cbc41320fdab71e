"""Who is asking, and how: what a proxy says is believed exactly as far as NUM_PROXIES reaches."""

import ipaddress
from typing import Any

_CLAIMS = frozenset(
    (b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port", b"x-real-ip")
)


def trusted_scope(scope: dict[str, Any], num_proxies: int) -> dict[str, Any]:
    """The ASGI scope with `client` and `scheme` as the innermost trusted proxy saw them.

    A proxy appends the peer it saw, so the n-th address from the right is the one that our outermost proxy saw; all to
    the left of it was typed by the client. Every claim is taken out of the headers except the believed ones.
    """
    claims: dict[bytes, bytes] = {}
    headers = []
    for name, value in scope["headers"]:
        if name in _CLAIMS:
            claims[name] = claims[name] + b"," + value if name in claims else value
        else:
            headers.append((name, value))
    scope["headers"] = headers
    scope["root_path"] = ""
    is_secure = scope.get("scheme") in ("https", "wss")
    if num_proxies:
        chain = [part.strip() for part in claims.get(b"x-forwarded-for", b"").decode("latin1").split(",")]
        address = chain[-min(num_proxies, len(chain))]
        if _is_address(address):
            scope["client"] = [address, 0]
            headers.append((b"x-forwarded-for", address.encode("latin1")))
        protocol = claims.get(b"x-forwarded-proto", b"").split(b",")[-1].strip().lower()
        if protocol in (b"http", b"https"):
            is_secure = protocol == b"https"
            headers.append((b"x-forwarded-proto", protocol))
    scheme = "ws" if scope["type"] == "websocket" else "http"
    scope["scheme"] = scheme + "s" if is_secure else scheme
    return scope


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
