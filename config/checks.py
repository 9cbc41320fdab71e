"""Settings that would fail later, or fail people, fail at start-up instead, with advice. Run by every command."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

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
