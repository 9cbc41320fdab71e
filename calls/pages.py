"""The call log as a page, and a planned call as a file for calendars."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import PersonalRequest, act
from calls.actions.log import clear_log, forget_call, see_log
from calls.models import CallParty, PlannedCall
from calls.plans import plans_for
from calls.queries import FILTERS, log_of, news_of
from calls.serializers import log_json
from core.errors import NotFound
from messenger.access import membership_for_reading

PER_PAGE = 30
PLANS = 5  # at the top of the log; each chat has its own
_LAST_ID = 2**63 - 1
_LASTS = timedelta(hours=1)  # what a calendar is told: nobody plans an end


@login_required
@require_safe
@never_cache
def log(request: PersonalRequest) -> HttpResponse:
    """Everything, or one kind; for htmx the lines alone."""
    which = request.GET.get("filter", "")
    which = which if which in FILTERS else "all"
    rows, before = _page(request, which)
    is_part = _wants_part(request)
    is_start = not request.GET.get("before")
    context: dict[str, Any] = {
        "lines": _lines(rows),
        "before": before,
        "filter": which,
        "filters": [(name, _filter_label(name)) for name in FILTERS],
        "is_start": is_start,
        "plans": plans_for(request.user)[:PLANS] if is_start and which == "all" else [],
        "has_news": is_start and not is_part and news_of(request.user).exists(),
    }
    template = "calls/log.html"
    if is_part:
        template = "calls/_log.html" if is_start else "calls/_lines.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _wants_part(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not cast(Any, htmx).history_restore_request


def _page(request: PersonalRequest, which: str) -> tuple[list[CallParty], int | None]:
    """The lines after the call `?before=`, and the call to go on after."""
    rows = log_of(request.user, which)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit():
        rows = rows.filter(call__lt=min(int(before[:20]), _LAST_ID))
    found = list(rows[: PER_PAGE + 1])
    return found[:PER_PAGE], found[PER_PAGE - 1].call_id if len(found) > PER_PAGE else None


def _filter_label(name: str) -> str:
    return {
        "all": pgettext("calls", "All"),
        "missed": pgettext("calls", "Missed"),
        "incoming": pgettext("calls", "Incoming"),
        "outgoing": pgettext("calls", "Outgoing"),
    }[name]


def _lines(parties: Sequence[CallParty]) -> list[dict[str, Any]]:
    lines = []
    for party, body in zip(parties, log_json(parties), strict=True):
        call = body["call"]
        is_group = call["backend"] != "direct"
        other = call["callee"] if body["is_outgoing"] else call["caller"]
        is_missed = body["outcome"] == "missed"
        lines.append(
            {
                **body,
                "is_group": is_group,
                "is_missed": is_missed,
                "at": party.call.created_at,
                "is_today": timezone.localdate(party.call.created_at) == timezone.localdate(),
                "face": party.call.chat if is_group and call["chat_title"] else other,
                "name": _name(is_group, call["chat_title"], cast(Any, other)),
                "is_open": not is_group or bool(call["chat_title"]),
                "picture": _picture(is_group, body["is_outgoing"], is_missed),
                "word": _word(body["outcome"], body["is_outgoing"], is_group),
                "duration": _duration(call["duration_seconds"]),
            }
        )
    return lines


def _name(is_group: bool, title: str, other: dict[str, Any] | None) -> str:
    if is_group:
        return title or _("Group call")
    return (other and (other["name"] or other["handle"])) or _("Deleted account")


def _picture(is_group: bool, is_outgoing: bool, is_missed: bool) -> str:
    if is_missed:
        return "phone-missed"
    if is_group:
        return "users"
    return "phone-outgoing" if is_outgoing else "phone-incoming"


def _word(outcome: str, is_outgoing: bool, is_group: bool) -> str:
    if outcome == "answered":
        if is_group:
            return _("Group call")
        return pgettext("a call", "Outgoing") if is_outgoing else pgettext("a call", "Incoming")
    return {
        "running": pgettext("a call", "In progress"),
        "missed": pgettext("a call", "Missed"),
        "no_answer": pgettext("a call", "No answer"),
        "declined": pgettext("a call", "Declined"),
        "busy": pgettext("a call", "Busy"),
        "cancelled": pgettext("a call", "Cancelled"),
    }.get(outcome, pgettext("a call", "Cancelled"))


def _duration(seconds: int) -> str:
    """As on a clock: 2:14, 1:02:14."""
    if not seconds:
        return ""
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


@login_required
@require_POST
def seen(request: PersonalRequest) -> HttpResponse:
    """They look at it: what they missed is no longer news."""
    see_log(by=request.user)
    return HttpResponse(status=204) if getattr(request, "htmx", None) else redirect("calls")


@login_required
@require_POST
def clear(request: PersonalRequest) -> HttpResponse:
    return act(request, lambda: clear_log(by=request.user), done=_("Your call log is empty."), then="calls")


@login_required
@require_POST
def remove(request: PersonalRequest, call: int) -> HttpResponse:
    """Out of one's own log; htmx takes the line away."""
    if not getattr(request, "htmx", None):
        return act(request, lambda: forget_call(by=request.user, call_id=call), done=_("Removed."), then="calls")
    forget_call(by=request.user, call_id=call)
    return HttpResponse("")


@login_required
@require_safe
@never_cache
def calendar(request: PersonalRequest, plan: int) -> HttpResponse:
    """RFC 5545. Lines end with CRLF, and none is longer than 75 octets."""
    found = _plan_for_reading(request, plan)
    address = request.build_absolute_uri(f"/c/{found.chat_id}")
    title = found.title or _("Call: {chat}").format(chat=found.chat.title)
    rows = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tenfold//Calls//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
        f"UID:call-plan-{found.pk}@{request.get_host()}",
        f"DTSTAMP:{_stamp(found.created_at)}",
        f"DTSTART:{_stamp(found.starts_at)}",
        f"DTEND:{_stamp(found.starts_at + _LASTS)}",
        f"SUMMARY:{_escaped(title)}",
        f"DESCRIPTION:{_escaped(address)}",
        f"URL:{address}",
        *(["STATUS:CANCELLED"] if found.cancelled_at else []),
        "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT10M", f"DESCRIPTION:{_escaped(title)}", "END:VALARM",
        "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    text = "".join(f"{part}\r\n" for row in rows for part in _folded(row))
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="call-{found.pk}.ics"'},
    )


def _plan_for_reading(request: PersonalRequest, plan: int) -> PlannedCall:
    """NotFound("plan_not_found") to those who are not in its chat."""
    found = PlannedCall.objects.select_related("chat").filter(pk=min(plan, _LAST_ID)).first()
    try:
        if found is not None and membership_for_reading(request.user, found.chat_id):
            return found
    except NotFound:
        pass  # unknown and forbidden look the same
    raise NotFound("plan_not_found")


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return "\\n".join(text.splitlines())


def _folded(row: str) -> list[str]:
    """RFC 5545, 3.1: continued lines begin with a space; no character is cut in two."""
    parts, part = [], ""
    for character in row:
        if len((part + character).encode()) > 73:
            parts.append(part)
            part = " "
        part += character
    return [*parts, part]
