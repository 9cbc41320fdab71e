"""The chat app's one page, and what signed-out people see at its public addresses."""

import functools
import hashlib
import io
from typing import Any, cast

import segno
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import check_for_language, get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.serializers import user_json
from core.compression import compressed_page
from core.webpush import public_key
from messenger.invite_serializers import chat_preview_json
from messenger.models import Chat, Invite
from messenger.shapes import ChatPreviewJSON
from messenger.strings import later_strings, strings


@require_safe
@never_cache
@compressed_page
def shell(request: HttpRequest) -> HttpResponse:
    """The app with nobody in it, which the service worker keeps for when the server is away."""
    request.user = AnonymousUser()
    return _render_app(request, {})


def _app(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    return _render_app(request, {"user": user_json(user), "vapid_key": public_key()})


def _render_app(request: HttpRequest, boot: dict[str, Any]) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    address = reverse("later-templates", args=[language, _later(language)[1]])
    return render(request, "messenger/app.html", {"boot": boot, "strings": strings(), "later_templates": address})


def _read_later(language: str) -> tuple[str, str]:
    """Templates and words of dialogs and details in that language, and a digest of them."""
    with override(language):
        text = render_to_string("messenger/later.html", {"strings": later_strings()})
    return text, hashlib.sha256(text.encode()).hexdigest()[:12]


_read_later_once = functools.lru_cache(maxsize=32)(_read_later)


def _later(language: str) -> tuple[str, str]:
    return (_read_later if settings.DEBUG else _read_later_once)(language)


@require_safe
@compressed_page
def later_templates(request: HttpRequest, language: str, digest: str) -> HttpResponse:
    """The same for everybody who reads that language. Under its digest for ever; under another, what there is now."""
    if not check_for_language(language):
        raise Http404
    text, current = _later(language)
    kept = "public, max-age=31536000, immutable" if digest == current else "no-cache"
    return HttpResponse(text, headers={"Cache-Control": kept})


@require_safe
@never_cache
@ensure_csrf_cookie
@compressed_page
def home(request: HttpRequest) -> HttpResponse:
    return _app(request) if request.user.is_authenticated else redirect_to_login("/")


@require_safe
@never_cache
@ensure_csrf_cookie
@compressed_page
def app(request: HttpRequest, chat: int, seq: int | None = None) -> HttpResponse:
    """A conversation, at a message. Whether it is theirs the app asks the API: this page holds nothing of it."""
    return _app(request) if request.user.is_authenticated else redirect_to_login(request.path)


@require_safe
@never_cache
@ensure_csrf_cookie
@compressed_page
def inside(request: HttpRequest, **parts: object) -> HttpResponse:
    """An address of another part of the service that opens inside the app, which asks the API what is there."""
    return _app(request) if request.user.is_authenticated else redirect_to_login(request.path)


@require_safe
@never_cache
@ensure_csrf_cookie
@compressed_page
def by_handle(request: HttpRequest, handle: str) -> HttpResponse:
    """A person, or a public group or channel: inside the app, or as a preview for those who are signed out."""
    if request.user.is_authenticated:
        return _app(request)
    if handle != handle.lower():
        return redirect("by-handle", handle=handle.lower())
    chat = Chat.objects.filter(handle=handle, deleted_at=None).first()
    person = None if chat else User.objects.filter(handle=handle, is_active=True, deleted_at=None).first()
    return _preview(request, chat=chat_preview_json(chat, "outside") if chat else None, person=person)


@require_safe
@never_cache
@ensure_csrf_cookie
@compressed_page
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invite link. The token is the permission to see the chat's name."""
    if request.user.is_authenticated:
        return _app(request)
    invites = Invite.objects.open().filter(token=token, chat__deleted_at=None)
    invite = invites.select_related("chat").first()
    return _preview(request, chat=chat_preview_json(invite.chat, "outside", invite=invite) if invite else None)


@require_safe
def join_qr(request: HttpRequest, token: str) -> HttpResponse:
    """The link as a picture. It holds nothing but the link, so anybody may ask for it."""
    picture = io.BytesIO()
    link = request.build_absolute_uri(reverse("join", args=[token]))
    segno.make(link, error="m", micro=False).save(picture, kind="svg", border=1, omitsize=True)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def _preview(request: HttpRequest, *, chat: ChatPreviewJSON | None, person: User | None = None) -> HttpResponse:
    context = {
        "chat": chat,
        "person": person and {"id": person.pk, "name": person.display_name, "handle": person.handle},
        "next": request.path,
        "kind": _kind_line(chat),
    }
    return render(request, "messenger/preview.html", context, status=200 if chat or person else 404)


def _kind_line(chat: ChatPreviewJSON | None) -> str:
    if chat is None:
        return ""
    return _("Channel") if chat["kind"] == Chat.Kind.CHANNEL else _("Group")
