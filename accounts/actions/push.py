"""Browsers that want to be woken by Web Push."""

from django.db import transaction

from accounts.models import PushSubscription, User
from core.errors import Invalid
from core.limits import PUSH_SUBSCRIPTIONS_PER_PERSON
from core.outgoing import OutgoingError, check_url
from core.webpush import check_keys


def subscribe(*, by: User, session_key: str, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """A browser has one endpoint; whoever is signed in there now owns it. The oldest of too many goes.

    Raises Invalid: bad_endpoint, bad_push_keys.
    """
    try:
        check_url(endpoint, schemes=("https",))
    except OutgoingError as error:
        raise Invalid("bad_endpoint", field="endpoint") from error
    try:
        check_keys(p256dh=p256dh, auth=auth)
    except ValueError as error:
        raise Invalid("bad_push_keys", field="p256dh") from error
    with transaction.atomic():
        subscription, _is_new = PushSubscription.objects.update_or_create(
            endpoint=endpoint,
            defaults={
                "user": by, "session_key": session_key, "p256dh": p256dh, "auth": auth, "failure_count": 0,
            },
        )  # fmt: skip
        subscription.refresh_from_db(fields=["created_at"])
        kept = PushSubscription.objects.filter(user=by).order_by("-pk").values_list("pk", flat=True)
        PushSubscription.objects.filter(pk__in=list(kept[PUSH_SUBSCRIPTIONS_PER_PERSON:])).delete()
    return subscription


def unsubscribe(*, by: User, endpoint: str) -> None:
    PushSubscription.objects.filter(user=by, endpoint=endpoint).delete()
