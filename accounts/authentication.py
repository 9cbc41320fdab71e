"""Who asks, for the REST API: a mobile client's X-Session-Token, or a browser's session cookie with CSRF check."""

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.devices import note_activity
from accounts.middleware import activate_for


class SessionToken(XSessionTokenAuthentication):
    """The token that /_allauth/app/v1/ hands out. One that does not hold is refused, never taken for nobody."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if not request.headers.get("X-Session-Token"):
            return None
        found = super().authenticate(request)
        if found is None:
            raise AuthenticationFailed
        user, session = found
        activate_for(user)
        note_activity(request, user, session.session_key)
        return user, session

    def authenticate_header(self, request: Request) -> str:
        return "X-Session-Token"


class BrowserSession(SessionAuthentication):
    pass


def session_key_of(request: Request) -> str:
    """The session behind an authenticated request, whichever way it came."""
    session = request.session if request.auth is None else request.auth
    return getattr(session, "session_key", None) or ""
