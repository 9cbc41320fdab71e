"""What one does about a listing besides buying it: haggle, ask, show it to others, report it."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.acting import PersonalRequest
from core.errors import DomainError
from market.access.listings import listing_for_viewing
from market.actions.offers import make_offer
from market.actions.sharing import ask_seller, share_listing
from market.money import parse_amount
from market.pages.cart import number
from market.pages.frame import Context, market_page
from market.pages.listing import choice_of
from market.serializers.listings import listing_json
from market.shapes.listings import ListingJSON
from messenger.heads import heads_json, listed_memberships
from moderation.actions.reports import report_target
from moderation.models import Report

_CHATS = 60  # to choose from, those spoken in last


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: PersonalRequest, listing_id: int) -> HttpResponse:
    data = _data(request, listing_id)
    context: Context = {"listing": data, "choice": choice_of(data, request.POST.get("variant", ""))}
    if request.method != "POST":
        return market_page(request, "market/offer.html", context)
    try:
        made = _make_offer(request, data)
    except DomainError as error:
        if error.code in ("offer_open", "quote_open"):  # there is one already: go and see it
            messages.info(request, str(error.detail))
            return redirect("/market/offers/")
        return _again(request, "market/offer.html", context, error)
    messages.success(request, _("Your offer is with the seller."))
    return redirect("chat", chat=made.chat_id) if made.chat_id else redirect(data["url"])


def _make_offer(request: PersonalRequest, data: ListingJSON) -> Any:
    given = request.POST
    currency = next((one["price"]["currency"] for one in data["variants"] if one["price"]), "EUR")
    amount = parse_amount(given["amount"], currency, field="amount_minor") if given.get("amount") else None
    return make_offer(
        by=request.user, variant_id=number(given.get("variant")), amount_minor=amount,
        quantity=number(given.get("quantity"), 1), note=given.get("note", ""),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PersonalRequest, listing_id: int) -> HttpResponse:
    context: Context = {"listing": _data(request, listing_id)}
    if request.method != "POST":
        return market_page(request, "market/ask.html", context)
    try:
        message = ask_seller(by=request.user, listing_id=listing_id, text=request.POST.get("text", ""))
    except DomainError as error:
        return _again(request, "market/ask.html", context, error)
    return redirect("chat", chat=message.chat_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: PersonalRequest, listing_id: int) -> HttpResponse:
    """Into chats, as a card."""
    context: Context = {"listing": _data(request, listing_id)}
    if request.method == "POST":
        chats = [number(one) for one in request.POST.getlist("chat")[:_CHATS]]
        try:
            sent, failed = share_listing(
                by=request.user, listing_id=listing_id, chats=chats, client_ids=[uuid.uuid4() for _chat in chats],
                text=request.POST.get("text", "").strip(),
            )  # fmt: skip
        except DomainError as error:
            return _again(request, "market/share.html", {**context, **_chats(request)}, error)
        for one in failed:
            messages.warning(request, str(one.error.detail))
        if len(chats) == 1 and sent:
            return redirect("chat", chat=chats[0])
        messages.success(request, _("It is shared."))
        return redirect(context["listing"]["url"])
    return market_page(request, "market/share.html", {**context, **_chats(request)})


def _chats(request: PersonalRequest) -> Context:
    memberships = listed_memberships(request.user).exclude(chat__kind="order")
    rows = heads_json(request.user, list(memberships.order_by("-chat__changed_at", "-pk")[:_CHATS]))
    return {"heads": rows}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: PersonalRequest, listing_id: int) -> HttpResponse:
    context: Context = {"listing": _data(request, listing_id), "reasons": Report.Reason.choices}
    if request.method != "POST":
        return market_page(request, "market/report.html", context)
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "").strip()[:1000]
    if reason not in Report.Reason.values:
        return _again(request, "market/report.html", context, DomainError(detail=_("Choose what is wrong with it.")))
    try:
        report_target(by=request.user, kind="listing", target={"listing": listing_id}, reason=reason, note=note)
    except DomainError as error:
        return _again(request, "market/report.html", context, error)
    messages.success(request, _("Thank you. Moderators will look at it."))
    return redirect(context["listing"]["url"])


def _data(request: PersonalRequest, listing_id: int) -> ListingJSON:
    return listing_json(listing_for_viewing(request.user, listing_id), request.user)


def _again(request: HttpRequest, template: str, context: Context, error: DomainError) -> HttpResponse:
    """The form as it was filled in, and what is wrong with it."""
    more = {"given": request.POST, "error": str(error.detail), "error_field": error.extra.get("field", "")}
    return market_page(request, template, {**context, **more}, status=422 if error.status == 400 else error.status)
