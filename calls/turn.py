"""STUN and TURN: where devices learn a way to each other, and the credentials of the relay."""

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls.shapes import IceJSON, IceServerJSON
from core.errors import Conflict
from messenger.serializers import timestamp


def ice_for(user: User, now: float | None = None) -> IceJSON:
    """What goes into RTCConfiguration for this person's next connection. `now`: seconds since 1970."""
    servers: list[IceServerJSON] = []
    if settings.STUN_URLS:
        servers.append({"urls": list(settings.STUN_URLS)})
    expires_at = None
    if settings.TURN_URLS:
        expiry = int(now if now is not None else time.time()) + settings.TURN_SECONDS
        username = f"{expiry}:{user.pk}"
        servers.append({"urls": list(settings.TURN_URLS), "username": username, "credential": credential(username)})
        expires_at = timestamp(datetime.fromtimestamp(expiry, tz=UTC))
    return {
        "ice_servers": servers,
        "relay_only": user.hides_address,
        "has_relay": bool(settings.TURN_URLS),
        "expires_at": expires_at,
    }


def credential(username: str) -> str:
    """base64(HMAC-SHA1(secret, user name)): the TURN REST API, coturn's `use-auth-secret`
    (draft-uberti-behave-turn-rest-00, section 2.2)."""
    digest = hmac.new(settings.TURN_SECRET.encode(), username.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def require_relay(by: User) -> None:
    """Conflict("relay_missing") for somebody who hides their address where nothing could hide it."""
    if by.hides_address and not settings.TURN_URLS:
        raise Conflict("relay_missing", _("You hide your address in calls, and this service has no relay to do so."))
