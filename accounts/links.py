"""The link by which others find a person, and its QR code."""

import io

import segno
from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import User
from accounts.serializers import LinkJSON


def link_of(request: HttpRequest | Request, user: User) -> str:
    return f"{settings.SITE_URL or request.build_absolute_uri('/').rstrip('/')}/@{user.handle}"


def qr_svg(text: str) -> str:
    """Dark on white in both themes: scanners want it so."""
    buffer = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(buffer, kind="svg", xmldecl=False, border=2, dark="#15151c", light="#ffffff", omitsize=True, nl=False)
    return buffer.getvalue().decode()


def link_json(request: HttpRequest | Request, user: User) -> LinkJSON:
    url = link_of(request, user)
    return {"url": url, "qr_svg": qr_svg(url)}
