"""Webhooks are their shop's own affair: nobody else learns that one exists."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, NotFound
from market.models import Shop, WebhookDelivery, WebhookEndpoint


def shop_for_webhooks(by: User) -> Shop:
    """Raises Conflict("shop_needed") for who sells nothing."""
    shop = Shop.objects.filter(owner=by, closed_at=None).first()
    if shop is None:
        raise Conflict("shop_needed", _("You have no shop yet. It opens with your first listing."))
    return shop


def endpoint_for_managing(by: User, endpoint_id: int) -> WebhookEndpoint:
    endpoint = WebhookEndpoint.objects.select_related("shop__owner").filter(pk=endpoint_id, shop__owner=by).first()
    if endpoint is None:
        raise NotFound()
    return endpoint


def delivery_for_managing(by: User, endpoint_id: int, delivery_id: int) -> WebhookDelivery:
    delivery = (
        WebhookDelivery.objects.select_related("endpoint__shop")
        .filter(pk=delivery_id, endpoint=endpoint_id, endpoint__shop__owner=by)
        .first()
    )
    if delivery is None:
        raise NotFound()
    return delivery
