"""What makes the app installable and usable without the server: service worker, manifest, share target."""

import functools
import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

_ICON, _BADGE = "img/icon-192.png", "img/badge-96.png"
_KEPT = ("js/core/**/*.js", "js/chat/**/*.js", "css/site.css", "css/chat.css", "img/*.*")


def _shell() -> list[str]:
    """Addresses of the files the chat app is made of."""
    root = Path(settings.BASE_DIR) / "static"
    names = {path.relative_to(root).as_posix() for pattern in _KEPT for path in root.glob(pattern)}
    return [static(name) for name in sorted(names)]


def _script() -> str:
    source = (Path(settings.BASE_DIR) / "static" / "js" / "sw.js").read_text()
    shell = _shell()
    version = hashlib.sha256("\n".join([source, *shell]).encode()).hexdigest()[:12]
    constants = {"VERSION": version, "SHELL": shell, "ICON": static(_ICON), "BADGE": static(_BADGE)}
    return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in constants.items()) + source


_script_once = functools.lru_cache(maxsize=1)(_script)


@require_safe
@cache_control(no_cache=True, public=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """One text for everybody, new with every release: browsers compare it byte by byte."""
    script = _script() if settings.DEBUG else _script_once()
    return HttpResponse(script, content_type="text/javascript", headers={"Service-Worker-Allowed": "/"})


@require_safe
@cache_control(private=True, max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    icons = [
        {"src": static(_ICON), "sizes": "192x192", "type": "image/png"},
        {"src": static("img/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": static("img/icon-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        {"src": static("img/logo.svg"), "sizes": "any", "type": "image/svg+xml"},
    ]
    share = {
        "action": "/share",
        "method": "POST",
        "enctype": "multipart/form-data",
        "params": {"title": "title", "text": "text", "url": "url", "files": [{"name": "files", "accept": ["*/*"]}]},
    }
    body = {
        "id": "/",
        "name": "Tenfold",
        "short_name": "Tenfold",
        "description": _("Messages that always arrive."),
        "lang": get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f7fb",
        "theme_color": "#f6f7fb",
        "categories": ["social", "communication"],
        "icons": icons,
        "share_target": share,
    }
    return JsonResponse(body, content_type="application/manifest+json")


@csrf_exempt  # it comes from another app, without our token; and it does nothing
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Answered by the service worker, which keeps what was shared; this is for a browser that has none yet."""
    return redirect("/")
