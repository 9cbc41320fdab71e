"""One namespace of @handles for people and chats: each app that gives out handles registers where to look.

`claim()` is what makes it safe: inside the transaction that stores the handle, nobody else can take it meanwhile.
"""

import re
from collections.abc import Callable

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid

PATTERN = re.compile(r"[a-z][a-z0-9_]{2,31}")
_LOCK_CLASS = 0x48414E44  # an advisory lock of our own kind

# Names that would let someone pose as the service, or that collide with its addresses.
_RESERVED_NAMES = (
    "about abuse account accounts admin administrator all anonymous api app apps assets auth billing blog bot bots "
    "business call calls channel channels chat chats contact deleted demo dev developer docs download everybody "
    "everyone explore faq feedback feed files group groups help here home info invite join legal login logout mail "
    "market marketplace me media messenger mobile moderator moderators mod_team news notifications null official oauth "
    "pay payment payments people postmaster privacy profile root saved search security service settings shop signin "
    "signup staff static status store stories support system team tenfold terms test trust undefined "
    "user users verified verify webmaster well_known www "
)
RESERVED = frozenset(_RESERVED_NAMES.split())

_lookups: list[Callable[[str], bool]] = []


def register(is_taken_here: Callable[[str], bool]) -> None:
    """Called from an app's ready() with its own "is this lower-case handle in use?"."""
    if is_taken_here not in _lookups:
        _lookups.append(is_taken_here)


def normalize(text: str) -> str:
    return text.strip().removeprefix("@").lower()


def check(text: str) -> str:
    """The handle in its stored form. Raises Invalid("handle_invalid" | "handle_reserved")."""
    handle = normalize(text)
    if not PATTERN.fullmatch(handle):
        raise Invalid("handle_invalid", _("3 to 32 of a-z, 0-9 and _, beginning with a letter."), field="handle")
    if handle in RESERVED or handle.startswith(("deleted_", "tenfold_")):
        raise Invalid("handle_reserved", _("This handle is reserved."), field="handle")
    return handle


def is_taken(handle: str) -> bool:
    return any(lookup(handle) for lookup in _lookups)


def claim(text: str) -> str:
    """Check and hold a handle until the running transaction ends. Raises Invalid, or Conflict("handle_taken").

    SQLite's transactions are serial already (IMMEDIATE); on PostgreSQL an advisory lock on the name makes them so.
    """
    handle = check(text)
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("claim() belongs into the transaction that stores the handle")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_CLASS, handle])
    if is_taken(handle):
        raise Conflict("handle_taken", _("This handle is taken."), field="handle")
    return handle
