"""Browsers that want to be woken by Web Push."""

from urllib.parse import urlsplit

from django.db import transaction

from accounts.models import PushSubscription, User
from core.errors import Invalid

MAX_SUBSCRIPTIONS = 20


def subscribe(*, by: User, session_key: str, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """A browser has one endpoint; whoever is signed in there now owns it. The oldest of too many goes."""
    address = urlsplit(endpoint)
    if address.scheme != "https" or not address.hostname or address.username or address.port not in (None, 443):
        raise Invalid("bad_endpoint", field="endpoint")
    with transaction.atomic():
        subscription, _is_new = PushSubscription.objects.update_or_create(
            endpoint=endpoint,
            defaults={
                "user": by, "session_key": session_key, "p256dh": p256dh, "auth": auth, "failure_count": 0,
            },
        )  # fmt: skip
        subscription.refresh_from_db(fields=["created_at"])
        kept = PushSubscription.objects.filter(user=by).order_by("-pk").values_list("pk", flat=True)
        PushSubscription.objects.filter(pk__in=list(kept[MAX_SUBSCRIPTIONS:])).delete()
    return subscription


def unsubscribe(*, by: User, endpoint: str) -> None:
    PushSubscription.objects.filter(user=by, endpoint=endpoint).delete()
