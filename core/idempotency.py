"""Idempotency-Key: a POST whose answer got lost may be sent again, and what it does happens once.

    class Checkout(ApiView):
        @idempotent
        def post(self, request): ...

Same key and same body: the stored answer, with `Idempotency-Replayed: true`. Another body: 422. Still running: 409.
The view and the storing of its answer are one transaction, so there is no moment at which one happened without the
other; a view that raises leaves nothing behind, and the key is free for the next try. So whatever is not in our
database (a payment provider) belongs into a task, not into the view.
"""

import functools
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core import jsontext
from core.errors import Conflict, DomainError, Invalid
from core.models import IdempotencyKey

STALE_SECONDS = 60  # of a run whose process must have died: no request lives that long

_View = Callable[..., Response]


class KeyReused(DomainError):
    code, status, detail = "idempotency_key_reused", 422, _("This Idempotency-Key was used for another request.")


def idempotent(view: _View) -> _View:
    """Wrap a method of an ApiView that answers signed-in people; the header is required."""

    @functools.wraps(view)
    def wrapped(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = _claim(request)
        if row.status is not None:
            return Response(row.body, status=row.status, headers={"Idempotency-Replayed": "true"})
        try:
            with transaction.atomic():
                response = view(self, request, *args, **kwargs)
                body = jsontext.decode(jsontext.encode(response.data))
                if not _mine(row).update(status=response.status_code, body=body):
                    raise _running()  # taken for dead, and started again by another: theirs counts
        except BaseException:
            _mine(row).delete()
            raise
        return response

    return wrapped


def _claim(request: Request) -> IdempotencyKey:
    key = request.headers.get("Idempotency-Key", "")
    if not (0 < len(key) <= 128 and key.isascii() and key.isprintable()):
        raise Invalid("idempotency_key_needed", _("Send an Idempotency-Key header of 1 to 128 characters."))
    user_id, fingerprint = int(request.user.pk or 0), _fingerprint(request)
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                user_id=user_id, key=key, fingerprint=fingerprint, claimed_at=timezone.now()
            )
    except IntegrityError:
        return _existing(user_id, key, fingerprint)


def _existing(user_id: int, key: str, fingerprint: str) -> IdempotencyKey:
    row = IdempotencyKey.objects.filter(user_id=user_id, key=key).first()
    if row is None:  # it failed and was freed just now
        raise _running()
    if row.fingerprint != fingerprint:
        raise KeyReused()
    if row.status is None:
        now = timezone.now()
        if row.claimed_at > now - timedelta(seconds=STALE_SECONDS) or not _mine(row).update(claimed_at=now):
            raise _running()
        row.claimed_at = now
    return row


def _mine(row: IdempotencyKey) -> Any:
    """The row while it is still ours to finish: nobody has claimed it anew."""
    return IdempotencyKey.objects.filter(pk=row.pk, status=None, claimed_at=row.claimed_at)


def _fingerprint(request: Request) -> str:
    what = [request.method, request.get_full_path(), request.data]
    return hashlib.sha256(jsontext.encode(what)).hexdigest()


def _running() -> Conflict:
    return Conflict("idempotency_key_running", _("The first request with this key is still running."), retry_after=2)
