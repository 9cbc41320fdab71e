"""Who asks, for the REST API: a mobile client's X-Session-Token, or a browser's session cookie with CSRF check."""

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class SessionToken(XSessionTokenAuthentication):
    def authenticate_header(self, request: Request) -> str:
        return "X-Session-Token"


class BrowserSession(SessionAuthentication):
    pass
