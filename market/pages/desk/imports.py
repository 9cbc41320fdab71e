"""Listings from a spreadsheet: looked through first, then started; how far it is, and what is wrong in which row."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.acting import PersonalRequest
from core.errors import DomainError
from market.actions import importing
from market.import_rows import COLUMNS
from market.models import ListingImport
from market.pages.frame import is_partial, market_page
from market.queries.desk import shop_if_any
from market.serializers.selling import import_json

_SHOWN = 10
_ERRORS = 100


@login_required
@require_safe
@never_cache
def imports(request: PersonalRequest) -> HttpResponse:
    """Also for who has no shop yet: it opens with the first file."""
    shop = shop_if_any(request.user)
    rows = ListingImport.objects.filter(shop=shop).defer("text")[:_SHOWN] if shop else []
    states = dict(ListingImport.State.choices)
    context = {
        "shop": shop,
        "part": "import",
        "imports": [{**import_json(one), "state_label": states[one.state]} for one in rows],
        "columns": COLUMNS,
    }
    return market_page(request, "market/desk/import.html", context)


@login_required
@require_POST
@never_cache
def check(request: PersonalRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file."))
        return redirect("market-desk-import")
    try:
        found = importing.check_import(by=request.user, file=file)
    except DomainError as error:
        messages.error(request, str(error.detail))
        return redirect("market-desk-import")
    return redirect("market-desk-import-one", found.pk)


@login_required
@require_safe
@never_cache
def one(request: PersonalRequest, import_id: int) -> HttpResponse:
    """For htmx the part that moves."""
    found = importing.import_for(request.user, import_id)
    shown = import_json(found)
    context = {
        "shop": found.shop,
        "part": "import",
        "one": {**shown, "state_label": found.get_state_display()},
        "errors": shown["errors"][:_ERRORS],
        "more_errors": max(0, len(shown["errors"]) - _ERRORS),
        "good_count": found.row_count - found.failed_count,
    }
    template = "market/desk/_import.html" if is_partial(request) else "market/desk/import_one.html"
    return market_page(request, template, context)


@login_required
@require_POST
@never_cache
def run(request: PersonalRequest, import_id: int) -> HttpResponse:
    act = importing.cancel_import if request.POST.get("act") == "cancel" else importing.start_import
    try:
        act(by=request.user, import_id=import_id)
    except DomainError as error:
        if error.status == 404:
            raise
        messages.error(request, str(error.detail))
    return redirect("market-desk-import-one", import_id)
