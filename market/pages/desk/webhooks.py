"""Where the shop's own systems hear of what happens: addresses, what was delivered, and sending it again."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.acting import PersonalRequest
from core.errors import DomainError
from market.access.webhooks import endpoint_for_managing
from market.actions import webhooks as actions
from market.models import Shop, WebhookDelivery, WebhookEndpoint
from market.pages.desk.frame import act_of_seller, desk_page, done, of_seller
from market.pages.once import once
from market.serializers.webhooks import delivery_json, webhook_json
from market.telling.webhooks import NOUNS

URL = "/market/desk/webhooks/"
PER_PAGE = 30
_REPLAYED_DAYS = 7


@of_seller
def webhooks(request: PersonalRequest, shop: Shop) -> HttpResponse:
    return _shown(request, shop)


def _shown(request: PersonalRequest, shop: Shop, error: DomainError | None = None) -> HttpResponse:
    rows = WebhookEndpoint.objects.filter(shop=shop).order_by("pk")
    context: dict[str, Any] = {
        "webhooks": [webhook_json(one) for one in rows],
        "nouns": NOUNS,
        "error": error.detail if error else "",
        "typed": request.POST,
        "typed_nouns": request.POST.getlist("noun"),
    }
    return desk_page(request, shop, "webhooks", context, status=error.status if error else 200)


@act_of_seller
def add(request: PersonalRequest, shop: Shop) -> HttpResponse:
    by, url = request.user, request.POST.get("url", "").strip()
    kinds = [f"{noun}.*" for noun in NOUNS if noun in request.POST.getlist("noun")]
    try:
        pk, is_new = once(
            by, request.POST.get("once", ""), lambda: actions.create_endpoint(by=by, url=url, kinds=kinds).pk
        )
    except DomainError as error:
        return _shown(request, shop, error)
    if is_new:
        _tell_secret(request, endpoint_for_managing(by, pk))
    return redirect("market-desk-webhook", pk)


def _tell_secret(request: PersonalRequest, endpoint: WebhookEndpoint) -> None:
    """Once, in the answer: afterwards it can only be renewed."""
    said = _("Its secret, shown only now: %(secret)s")
    messages.info(request, said % {"secret": endpoint.secret})


@of_seller
def webhook(request: PersonalRequest, shop: Shop, endpoint_id: int) -> HttpResponse:
    endpoint = endpoint_for_managing(request.user, endpoint_id)
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-pk").defer("body")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    states = dict(WebhookDelivery.State.choices)
    context = {
        "webhook": webhook_json(endpoint),
        "page": page,
        "deliveries": [{**delivery_json(one), "state_label": states[one.state]} for one in page.object_list],
    }
    return desk_page(request, shop, "webhook", context)


@act_of_seller
def change(request: PersonalRequest, shop: Shop, endpoint_id: int) -> HttpResponse:
    """on, off, ping, renew the secret, replay what failed, delete."""
    by, act = request.user, request.POST.get("act", "")
    then = reverse("market-desk-webhook", args=[endpoint_id])
    endpoint_for_managing(by, endpoint_id)
    if act == "delete":
        said = _("Removed.")
        return done(request, lambda: actions.delete_endpoint(by=by, endpoint_id=endpoint_id), said=said, then=URL)
    try:
        if act in ("on", "off"):
            actions.change_endpoint(by=by, endpoint_id=endpoint_id, is_active=act == "on")
            messages.success(request, _("Saved."))
        elif act == "ping":
            actions.send_ping(by=by, endpoint_id=endpoint_id)
            messages.success(request, _("A test is on its way."))
        elif act == "renew":
            _tell_secret(request, actions.rotate_secret(by=by, endpoint_id=endpoint_id))
        elif act == "replay":
            _replay(request, endpoint_id)
    except DomainError as error:
        messages.error(request, str(error.detail))
    return redirect(then)


def _replay(request: PersonalRequest, endpoint_id: int) -> None:
    now = timezone.now()
    since = now - timedelta(days=_REPLAYED_DAYS)
    count, _last, _more = actions.replay_range(by=request.user, endpoint_id=endpoint_id, since=since, until=now)
    messages.success(
        request,
        ngettext("%(count)d event is sent again.", "%(count)d events are sent again.", count) % {"count": count},
    )


@act_of_seller
def replay(request: PersonalRequest, shop: Shop, endpoint_id: int, delivery_id: int) -> HttpResponse:
    return done(
        request,
        lambda: actions.replay_delivery(by=request.user, endpoint_id=endpoint_id, delivery_id=delivery_id),
        said=_("It is sent again."), then=reverse("market-desk-webhook", args=[endpoint_id]),
    )  # fmt: skip
