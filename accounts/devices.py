"""What is known of a device: when and from where it was last used, and what it is, read from its user agent."""

import hashlib
import re
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User

_ACTIVITY_EVERY = timedelta(minutes=5)
_MAX_USER_AGENT = 200

# The first that matches names it; order matters, since browsers claim to be each other.
_PROGRAMS = (
    (r"\bEdg(?:A|iOS)?/", "Edge"),
    (r"\bOPR/", "Opera"),
    (r"\bYaBrowser/", "Yandex Browser"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\bFirefox/|\bFxiOS/", "Firefox"),
    (r"Chrome/|\bCriOS/", "Chrome"),
    (r"\bSafari/", "Safari"),
    (r"\bcurl/", "curl"),
    (r"\bpython-|\bPython/|\baiohttp/|\bhttpx/", "Python"),
)
_SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"CrOS", "ChromeOS"),
    (r"Linux|X11", "Linux"),
)
_PHONES = frozenset({"iPhone", "Android"})
_APP = re.compile(r"Tenfold/([\w.]{1,16})(?: \(([^);]{1,60}))?")


def name_of(user_agent: str) -> str:
    """ "Firefox on Linux"; an app of ours names itself: "Tenfold/1.2 (Pixel 8; Android 15)"."""
    if app := _APP.search(user_agent):
        return f"Tenfold {app[1]}, {app[2].strip()}" if app[2] else f"Tenfold {app[1]}"
    program, system = _first(_PROGRAMS, user_agent), _first(_SYSTEMS, user_agent)
    if program and system:
        return gettext("%(program)s on %(system)s") % {"program": program, "system": system}
    return program or system or str(_("Unknown device"))


def is_phone(user_agent: str) -> bool:
    return _first(_SYSTEMS, user_agent) in _PHONES


def _first(patterns: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in patterns if re.search(pattern, text)), "")


def note_activity(request: HttpRequest, user: User, session_key: str) -> None:
    """Keep when and from where a session was last used, at most once in five minutes: no write per request."""
    mark = f"device-seen:{hashlib.sha256(session_key.encode()).hexdigest()[:32]}"
    if not cache.add(mark, 1, _ACTIVITY_EVERY.total_seconds()):
        return
    seen = {
        "ip": get_adapter().get_client_ip(request),
        "user_agent": request.headers.get("User-Agent", "")[:_MAX_USER_AGENT],
        "last_seen_at": timezone.now(),
    }
    if not UserSession.objects.filter(session_key=session_key, user=user).update(**seen):
        UserSession.objects.update_or_create(session_key=session_key, defaults={"user": user, **seen})
