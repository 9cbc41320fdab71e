"""Settings that would fail later, or fail people, fail at start-up instead, with advice. Run by every command."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

_YES = {"1", "true", "yes", "on", "y", "ok"}  # what django-environ takes for true
_HERE = {"localhost", "127.0.0.1", "[::1]", "testserver", ".localhost"}


def is_public() -> bool:
    """Does this instance answer to a name that others can reach?"""
    return bool(set(settings.ALLOWED_HOSTS) - _HERE)


@register()
def check_secrets(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.HTTPS and not os.environ.get("SECRET_KEY"):
        found.append(
            Error(
                "SECRET_KEY is not set in production (HTTPS=1).",
                hint="Set SECRET_KEY to 50 or more random characters, the same for all processes: "
                "python -c 'import secrets; print(secrets.token_urlsafe(50))'",
                id="tenfold.E001",
            )
        )
    elif len(settings.SECRET_KEY) < 32:
        found.append(Error("SECRET_KEY is too short.", hint="Use at least 32 random characters.", id="tenfold.E002"))
    return found


@register()
def check_hosts(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEBUG and is_public():
        found.append(
            Error(
                "DEBUG is on for a public host: error pages would show the settings to anybody.",
                hint="Unset DEBUG, or ALLOWED_HOSTS.",
                id="tenfold.E003",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "ALLOWED_HOSTS=* lets anybody choose the host name in links of our e-mails.",
                hint="Name the hosts: ALLOWED_HOSTS=chat.example.org",
                id="tenfold.E004",
            )
        )
    if is_public() and not settings.HTTPS:
        found.append(
            Warning(
                "HTTPS is off on a public instance: cookies travel in the clear, passkeys, voice notes and push fail.",
                hint="Put TLS in front (deploy/nginx.conf) and set HTTPS=1 and NUM_PROXIES=1.",
                id="tenfold.W001",
            )
        )
    return found


@register()
def check_proxies(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.HTTPS and not settings.NUM_PROXIES:
        found.append(
            Error(
                "HTTPS=1 with NUM_PROXIES=0: the server speaks no TLS itself, and believes no proxy that did.",
                hint="Set NUM_PROXIES to the number of proxies of yours in front, usually 1.",
                id="tenfold.E005",
            )
        )
    if not 0 <= settings.NUM_PROXIES <= 5:
        found.append(Error("NUM_PROXIES is no plausible number of proxies.", hint="0 to 5.", id="tenfold.E006"))
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
            found.append(
                Error(
                    f"TRUSTED_ORIGINS holds {origin!r}, which is no origin.",
                    hint="Scheme, host and port only: https://chat.example.org",
                    id="tenfold.E007",
                )
            )
    return found


@register()
def check_processes(**_: Any) -> list[CheckMessage]:
    """WEB_PROCESSES is how many server processes the operator runs; deploy/ sets it."""
    found: list[CheckMessage] = []
    processes = int(os.environ.get("WEB_PROCESSES", "1"))
    if processes > 1 and not settings.REDIS_URL:
        found.append(
            Error(
                f"{processes} server processes without a bus: people on different ones would not hear each other.",
                hint="Set REDIS_URL.",
                id="tenfold.E008",
            )
        )
    if processes > 1 and not settings.DATABASE_URL:
        found.append(
            Error(
                "SQLite serves one server process only.",
                hint="Set DATABASE_URL to PostgreSQL, or run one process.",
                id="tenfold.E009",
            )
        )
    if settings.DB_THREADS < 2:
        found.append(
            Error("DB_THREADS below 2 lets one slow query stop everybody.", hint="8 is right.", id="tenfold.E010")
        )
    return found


@register()
def check_leftovers(**_: Any) -> list[CheckMessage]:
    """What is for tests and benchmarks must not stay in the environment of people."""
    names = [name for name in ("TESTING", "BENCH") if getattr(settings, name)]
    if names and is_public():
        return [
            Error(
                f"{' and '.join(names)} on a public instance: limits and guards are off.",
                hint="Unset TENFOLD_TESTING and BENCH.",
                id="tenfold.E011",
            )
        ]
    return []


@register()
def check_payments(**_: Any) -> list[CheckMessage]:
    """Real money and play money, and half a configuration."""
    found: list[CheckMessage] = []
    key, secret = settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET
    if bool(key) != bool(secret):
        found.append(
            Error(
                "STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET belong together: one of them is missing.",
                hint="The first is under Developers, API keys; the second with the webhook that you point at "
                "/market/hooks/stripe.",
                id="tenfold.E012",
            )
        )
    if (key and not key.startswith(("sk_", "rk_"))) or (secret and not secret.startswith("whsec_")):
        found.append(
            Error(
                "STRIPE_SECRET_KEY begins with sk_ or rk_, STRIPE_WEBHOOK_SECRET with whsec_; one of them does not.",
                hint="A publishable key (pk_) is of no use here.",
                id="tenfold.E013",
            )
        )
    if key and not settings.SITE_URL:
        found.append(
            Error(
                "STRIPE_SECRET_KEY without SITE_URL: Stripe would not know where buyers come back to.",
                hint="SITE_URL=https://chat.example.org",
                id="tenfold.E017",
            )
        )
    if settings.MARKET_SANDBOX and key.startswith(("sk_live_", "rk_live_")):
        found.append(
            Error(
                "MARKET_SANDBOX=1 beside a live Stripe key: goods could be had for play money.",
                hint="Unset MARKET_SANDBOX, or use a test key (sk_test_).",
                id="tenfold.E014",
            )
        )
    if settings.MARKET_SANDBOX and is_public() and os.environ.get("MARKET_SANDBOX", "").lower() not in _YES:
        found.append(
            Error(
                "The sandbox provider is on for a public host: goods could be had for play money.",
                hint="Set STRIPE_SECRET_KEY for real payments, or MARKET_SANDBOX=1 if this is a demonstration.",
                id="tenfold.E015",
            )
        )
    return found


@register()
def check_webhooks(**_: Any) -> list[CheckMessage]:
    if settings.WEBHOOK_LOOPBACK and is_public():
        return [
            Error(
                "WEBHOOK_LOOPBACK=1 on a public instance lets shops reach services of this machine.",
                hint="Unset WEBHOOK_LOOPBACK; it is for developers of webhook receivers.",
                id="tenfold.E016",
            )
        ]
    return []


_SAMPLES = {"TURN-SECRET", "API-SECRET", "TOKEN-SECRET"}  # as deploy/ has them


def _is_weak(secret: str) -> bool:
    return len(secret) < 24 or secret in _SAMPLES


@register()
def check_relay(**_: Any) -> list[CheckMessage]:
    """STUN and TURN of calls."""
    found: list[CheckMessage] = []
    if settings.TURN_URLS and _is_weak(settings.TURN_SECRET):
        found.append(
            Error(
                "TURN_URLS without a good TURN_SECRET: the relay would refuse everybody, or serve anybody.",
                hint="24 or more random characters, the same as static-auth-secret in /etc/turnserver.conf: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
                id="tenfold.E018",
            )
        )
    wrong = [url for url in settings.STUN_URLS if not url.startswith(("stun:", "stuns:"))]
    wrong += [url for url in settings.TURN_URLS if not url.startswith(("turn:", "turns:"))]
    if wrong:
        found.append(
            Error(
                f"STUN_URLS or TURN_URLS holds {wrong[0]!r}, at which browsers break off.",
                hint="stun:chat.example.org:3478 in STUN_URLS; turn:chat.example.org:3478?transport=udp and "
                "turns:chat.example.org:5349?transport=tcp in TURN_URLS, with commas between.",
                id="tenfold.E019",
            )
        )
    return found


@register()
def check_media_server(**_: Any) -> list[CheckMessage]:
    """Janus, for calls of more than four."""
    if not settings.JANUS_URL:
        return []
    found: list[CheckMessage] = []
    if _is_weak(settings.JANUS_API_SECRET) or _is_weak(settings.JANUS_TOKEN_SECRET):
        found.append(
            Error(
                "JANUS_URL without good JANUS_API_SECRET and JANUS_TOKEN_SECRET: anybody could open rooms there.",
                hint="24 or more random characters each, the same as api_secret and token_auth_secret in janus.jcfg "
                "(docs/operations.md).",
                id="tenfold.E020",
            )
        )
    schemes = ("wss://",) if settings.HTTPS else ("ws://", "wss://")
    if not settings.JANUS_PUBLIC_URL.startswith(schemes):
        found.append(
            Error(
                f"JANUS_PUBLIC_URL is {settings.JANUS_PUBLIC_URL!r}, where no browser reaches the media server.",
                hint="Its WebSocket through nginx: wss://chat.example.org/janus (ws:// without HTTPS only).",
                id="tenfold.E021",
            )
        )
    if not settings.JANUS_URL.startswith(("http://", "https://")):
        found.append(
            Error("JANUS_URL is no HTTP address.", hint="JANUS_URL=http://127.0.0.1:8088/janus", id="tenfold.E022")
        )
    return found
