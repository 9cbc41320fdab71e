"""Forms that must not act twice: each carries a random key of its own ({% once %}), and one key acts once.

The same as core/idempotency.py is for REST, for pages: the act and the note that it happened are one transaction, so a
second press, a reload or the way back finds what the first one made.
"""

import re
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, Invalid
from core.models import IdempotencyKey

_KEY = re.compile(r"[0-9a-f]{32}")


def once(by: User, key: str, action: Callable[[], Any]) -> tuple[Any, bool]:
    """What the action answered (a number, a text or None), and whether it ran now.

    An action that raises leaves nothing behind, and its key can be used again. It must not call outside: what a
    provider has done no rollback takes back. Raises Invalid("form_too_old"), Conflict("form_running").
    """
    if not _KEY.fullmatch(key):
        raise Invalid("form_too_old", _("This page was open for too long. Try again."))
    with transaction.atomic():
        row = _claimed(by, f"page:{key}")
        if row is not None:
            answer = action()
            IdempotencyKey.objects.filter(pk=row.pk).update(status=200, body={"answer": answer})
            return answer, True
    done = IdempotencyKey.objects.filter(user_id=by.pk, key=f"page:{key}", status=200).first()
    if done is None:
        raise Conflict("form_running", _("This is being done already. Look again in a moment."))
    return (done.body or {}).get("answer"), False


def _claimed(by: User, key: str) -> IdempotencyKey | None:
    """Whoever comes second waits here for the first, where the database locks rows; then hears None."""
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                user_id=by.pk, key=key, fingerprint="page", claimed_at=timezone.now()
            )  # fmt: skip
    except IntegrityError:
        return None
