"""Who stands behind a socket: session cookie, session token, or a ticket that says the same without a query string.

A ticket names a session; ending the session ends it. It is what a client reconnects with, so that a thousand people
coming back hash no password and make no HTTP request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user, get_user_model
from django.contrib.sessions.models import Session
from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

_SALT = "socket-ticket"
MAX_AGE = 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class Identity:
    user: Any
    session_key: str


def issue(user_id: int, session_key: str) -> str:
    return signing.dumps([user_id, session_key], salt=_SALT, compress=False)


def _read(ticket: str) -> tuple[int, str] | None:
    """(user id, session key) of a ticket that is ours and not too old."""
    try:
        user_id, session_key = signing.loads(ticket, salt=_SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return user_id, session_key


def _redeem(tickets: Mapping[int, tuple[int, str]]) -> dict[int, Identity]:
    """index -> who stands behind the ticket, for those whose session lives and who are active. Two queries."""
    alive = live_sessions([session_key for _user_id, session_key in tickets.values()])
    wanted = {user_id for user_id, session_key in tickets.values() if session_key in alive}
    people = get_user_model().objects.filter(is_active=True).in_bulk(wanted) if wanted else {}
    return {
        index: Identity(people[user_id], session_key)
        for index, (user_id, session_key) in tickets.items()
        if session_key in alive and user_id in people
    }


def _of_session(session_key: str) -> Identity | None:
    """Through Django's own check, which also compares the session's password hash."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    return Identity(user, session_key) if user.is_authenticated and user.is_active else None


def identify_many(scopes: Sequence[dict[str, Any]]) -> list[Identity | None]:
    """Who opens each of these sockets. A ticket wins over a token, a token over the cookie.

    Synchronous database work: two queries for all tickets, two for each that comes without.
    """
    tickets: dict[int, tuple[int, str]] = {}
    found: list[Identity | None] = [None] * len(scopes)
    for index, scope in enumerate(scopes):
        if ticket := parse_qs(scope.get("query_string", b"").decode("latin1")).get("ticket", [""])[0]:
            if (named := _read(ticket)) is not None:
                tickets[index] = named
        else:
            found[index] = _without_ticket(scope)
    if tickets:
        for index, identity in _redeem(tickets).items():
            found[index] = identity
    return found


def _without_ticket(scope: dict[str, Any]) -> Identity | None:
    headers = dict(scope["headers"])
    if token := headers.get(b"x-session-token", b"").decode("latin1"):
        return _of_session(token)
    cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin1"))
    if settings.SESSION_COOKIE_NAME in cookies:
        return _of_session(cookies[settings.SESSION_COOKIE_NAME].value)
    return None


def is_same_origin(scope: dict[str, Any]) -> bool:
    """A browser always says where the page came from; scheme, host and port must be ours. Others send no Origin."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin1")
    if not origin:
        return True
    host = headers.get(b"host", b"").decode("latin1")
    scheme = "https" if settings.HTTPS else "http"
    return origin == f"{scheme}://{host}" or origin in settings.CSRF_TRUSTED_ORIGINS


def live_sessions(session_keys: list[str]) -> set[str]:
    """Those of these sessions that still exist: the net under revocation events."""
    return set(
        Session.objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
