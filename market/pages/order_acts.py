"""What the buttons and forms of an order's page do. Each leads back to the page; what was refused is said at its form.

The same press twice is harmless: moves are guarded by the state, and forms that could act twice carry a key (once.py).
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.acting import PersonalRequest
from accounts.models import User
from core import limits
from core.errors import DomainError, Invalid, NotFound, TooLarge
from market.access.orders import order_for_reading
from market.actions import aftersale, cancelling, disputes, fulfilment, returns, reviews
from market.models import Dispute, Order
from market.money import parse_amount
from market.pages.cart import number
from market.pages.once import once
from market.pages.orders import show_order
from messenger.files.uploads import store_file
from messenger.models import Attachment

# What is pressed -> the edge that its mover has then walked last (market/orders.py).
_WALKED = {
    "abandon": "abandon", "cancel": "cancel", "decline": "decline", "accept": "accept", "ship": "ship",
    "deliver": "deliver", "confirm": "confirm", "hand_over": "hand_over", "dispute": "dispute",
}  # fmt: skip


def _text(given: QueryDict, name: str, most: int) -> str:
    text = given.get(name, "").replace("\x00", "").strip()  # PostgreSQL keeps no NUL
    if len(text) > most:
        raise Invalid("too_long", _("This is too long."), field=name, limit=most)
    return text


_MOVES: dict[str, Callable[[User, int, QueryDict], Any]] = {
    "abandon": lambda by, pk, given: cancelling.cancel(by=by, order_id=pk),
    "cancel": lambda by, pk, given: cancelling.cancel(by=by, order_id=pk, reason=_text(given, "reason", 500)),
    "decline": lambda by, pk, given: cancelling.decline(by=by, order_id=pk, reason=_text(given, "reason", 500)),
    "accept": lambda by, pk, given: fulfilment.accept(by=by, order_id=pk),
    "ship": lambda by, pk, given: fulfilment.ship(
        by=by, order_id=pk, carrier=_text(given, "carrier", 60), tracking_number=_text(given, "tracking_number", 80)
    ),
    "track": lambda by, pk, given: fulfilment.set_tracking(
        by=by, order_id=pk, carrier=_text(given, "carrier", 60), tracking_number=_text(given, "tracking_number", 80)
    ),
    "hand_over": lambda by, pk, given: fulfilment.hand_over(by=by, order_id=pk, code=given.get("code", "")[:20]),
    "deliver": lambda by, pk, given: fulfilment.deliver(by=by, order_id=pk),
    "confirm": lambda by, pk, given: fulfilment.confirm(by=by, order_id=pk),
    "withdraw_dispute": lambda by, pk, given: disputes.withdraw(by=by, order_id=pk),
    "dispute": lambda by, pk, given: _dispute(by, pk, given),
}


def said_of(act: str) -> str:
    return {
        "abandon": _("The order is given up. Nothing was taken."),
        "cancel": _("Cancelled. Your money is on its way back."),
        "decline": _("Cancelled. The buyer gets all of their money back."),
        "accept": _("Accepted. The buyer has been told."),
        "ship": _("Sent. The buyer has been told."),
        "track": _("The tracking is saved."),
        "hand_over": _("Handed over. The money is in your balance."),
        "deliver": _("Said. The buyer confirms next."),
        "confirm": _("Thank you. The seller has been paid."),
        "withdraw_dispute": _("The dispute is withdrawn."),
        "dispute": _("The dispute is open. A moderator looks into it; your money is held."),
        "evidence": _("Added."),
        "refund": _("The money is on its way back to the buyer."),
        "return": _("Asked. The seller answers next."),
        "return_step": _("Done."),
        "review": _("Thank you for your review."),
    }[act]


@login_required
@require_POST
@never_cache
def move(request: PersonalRequest, order_id: int) -> HttpResponse:
    act = request.POST.get("act", "")
    if act not in _MOVES:
        raise Invalid("unknown_act", _("That is not possible."))
    return _acted(request, order_id, act, lambda: _MOVES[act](request.user, order_id, request.POST))


def _acted(request: PersonalRequest, order_id: int, act: str, action: Callable[[], Any]) -> HttpResponse:
    try:
        action()
    except NotFound as error:
        if error.code in ("order_not_found", "return_not_found"):
            raise
        return show_order(request, order_id, act=act, error=error)
    except DomainError as error:
        if error.code == "wrong_state" and _was_done(request.user, order_id, act):
            return redirect("market-order", order_id)
        return show_order(request, order_id, act=act, error=error)
    messages.success(request, said_of(act))
    return redirect("market-order", order_id)


def _was_done(by: User, order_id: int, act: str) -> bool:
    """Pressed twice: the first press did it."""
    order, _role = order_for_reading(by, order_id)
    edge = _WALKED.get(act)
    recent = order.transitions.order_by("-number")[:2]  # handing over also completes
    return any(one.act == edge and one.by_id == by.pk for one in recent)


def _dispute(by: User, order_id: int, given: QueryDict) -> Dispute:
    text = _text(given, "text", 2000)
    reason = given.get("reason", "")
    if reason not in Dispute.Reason.values:
        raise Invalid("bad_reason", _("Choose what is wrong."), field="reason")
    if not text:
        raise Invalid("text_needed", _("Say what happened."), field="text")
    return disputes.open_dispute(by=by, order_id=order_id, reason=reason, text=text)


@login_required
@require_POST
@never_cache
def evidence(request: PersonalRequest, order_id: int) -> HttpResponse:
    by, given, file = request.user, request.POST, request.FILES.get("file")
    order_for_reading(by, order_id)

    def add() -> None:
        attachment = attached(by, file).pk if file else None
        once(by, given.get("once", ""), lambda: _add_evidence(by, order_id, given, attachment))

    return _acted(request, order_id, "evidence", add)


def _add_evidence(by: User, order_id: int, given: QueryDict, attachment: UUID | None) -> int:
    text = _text(given, "text", 2000)
    return disputes.add_evidence(by=by, order_id=order_id, text=text, attachment=attachment).pk


def attached(by: User, file: Any) -> Attachment:
    """A file of a form, judged and cleaned as every attachment. Raises TooLarge("photo_too_large")."""
    if file.size > limits.PHOTO_BYTES:
        raise TooLarge("photo_too_large", _("This file is too large."), limit=limits.PHOTO_BYTES)
    is_photo = str(file.content_type).startswith("image/")
    kind = Attachment.Kind.PHOTO if is_photo else Attachment.Kind.FILE
    return store_file(by=by, name=file.name or "file", content=file.read(), kind=kind)


@login_required
@require_POST
@never_cache
def refund(request: PersonalRequest, order_id: int) -> HttpResponse:
    """All of it, an amount, or single pieces, as `what` says."""
    by, given = request.user, request.POST
    order, _role = order_for_reading(by, order_id)
    return _acted(
        request, order_id, "refund", lambda: once(by, given.get("once", ""), lambda: _refund(by, order, given))
    )


def _refund(by: User, order: Order, given: QueryDict) -> int | None:
    what, note = given.get("what", "all"), _text(given, "note", 500)
    wanted: dict[str, Any] = {}
    if what == "amount":
        wanted["amount_minor"] = parse_amount(given.get("amount", ""), order.currency, field="amount")
    elif what == "pieces":
        wanted["pieces"] = pieces_in(given, "piece")
        wanted["with_delivery"] = bool(given.get("with_delivery"))
        if not wanted["pieces"]:
            raise Invalid("nothing_chosen", _("Choose what you refund."), field="pieces")
    made = aftersale.refund(by=by, order_id=order.pk, note=note, **wanted)
    return made.pk if made else None


def pieces_in(given: QueryDict, name: str) -> dict[int, int]:
    """Fields `<name>-<line>` with a number above zero."""
    found = {}
    for field in list(given)[:200]:
        start, _dash, line = field.partition("-")
        if start == name and number(line) and number(given.get(field)):
            found[number(line)] = min(number(given.get(field)), 1_000_000)
    return found


@login_required
@require_POST
@never_cache
def ask_return(request: PersonalRequest, order_id: int) -> HttpResponse:
    by, given = request.user, request.POST

    def ask() -> None:
        reason = _text(given, "reason", 500)
        if not reason:
            raise Invalid("reason_needed", _("Say why."), field="reason")
        returns.ask_return(by=by, order_id=order_id, pieces=pieces_in(given, "back"), reason=reason)

    return _acted(request, order_id, "return", ask)


@login_required
@require_POST
@never_cache
def step_return(request: PersonalRequest, order_id: int, return_id: int) -> HttpResponse:
    by, given = request.user, request.POST
    order, _role = order_for_reading(by, order_id)
    act = given.get("act", "")
    if act not in returns.STEPS or not order.returns.filter(pk=return_id).exists():
        raise NotFound("return_not_found")
    return _acted(
        request, order_id, "return_step",
        lambda: returns.step_return(
            by=by, return_id=return_id, act=act, answer=_text(given, "answer", 500),
            tracking_number=_text(given, "tracking_number", 80),
        ),
    )  # fmt: skip


@login_required
@require_POST
@never_cache
def review(request: PersonalRequest, order_id: int) -> HttpResponse:
    by, given = request.user, request.POST

    def write() -> None:
        try:
            reviews.write_review(
                by=by, order_id=order_id, stars=number(given.get("stars")), text=given.get("text", "")[:4000]
            )
        except DomainError as error:
            if error.code != "already_reviewed":
                raise

    return _acted(request, order_id, "review", write)


@login_required
@require_POST
@never_cache
def answer_review(request: PersonalRequest, order_id: int, review_id: int) -> HttpResponse:
    by, given = request.user, request.POST
    order_for_reading(by, order_id)
    return _acted(
        request, order_id, "review",
        lambda: reviews.answer_review(by=by, review_id=review_id, text=given.get("text", "")[:2000]),
    )  # fmt: skip
