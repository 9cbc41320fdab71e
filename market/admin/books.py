"""The books at a glance: do they add up, where is the money, and since when is something wrong."""

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from market.admin.desk import Moderated
from market.invariants import INVARIANTS, SHOWN, run_and_keep
from market.models import Account, BooksCheck, Order
from market.money import format_minor
from moderation.access import MODERATE
from moderation.actions.audit import record
from moderation.desk import moderator


@admin.register(BooksCheck)
class BooksCheckAdmin(Moderated):
    """In the list of what there is on the desk; its page is books_page()."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("market-books"))


def books_page(request: HttpRequest) -> HttpResponse:
    """GET: the last check, by the task or by hand. POST: check now. Wrapped by the admin site: config/urls.py."""
    if not request.user.has_perm(MODERATE):
        raise PermissionDenied
    if request.method == "POST":
        check = run_and_keep()
        record(moderator(request), "books.checked", "books", check.pk, failures=len(check.failures))
        return HttpResponseRedirect(reverse("market-books"))
    last = BooksCheck.objects.order_by("-checked_at", "-pk").first()
    context = {
        **admin.site.each_context(request),
        "title": _("Books"),
        "last": last,
        "results": _results(last) if last else [],
        "shown": SHOWN,
        "sums": _sums(),
        "bad_checks": [check for check in BooksCheck.objects.order_by("-pk")[:200] if check.failures][:10],
    }
    return render(request, "admin/market/books.html", context)


def _results(check: BooksCheck) -> list[dict[str, Any]]:
    failures = {failure["number"]: failure for failure in check.failures}
    results = []
    for invariant in INVARIANTS:
        failure = failures.get(invariant.number)
        rows = failure["rows"] if failure else []
        heads = list(dict.fromkeys(name for row in rows for name in row))
        results.append(
            {
                "number": invariant.number,
                "title": invariant.title,
                "count": failure["count"] if failure else 0,
                "heads": heads,
                "rows": [[row.get(name, "") for name in heads] for row in rows],
            }
        )
    return results


_SUMS = (
    (Account.Kind.PROVIDER, _("With payment providers"), -1),
    (Account.Kind.HELD, _("Held for orders"), 1),
    (Account.Kind.SELLER, _("Owed to sellers"), 1),
    (Account.Kind.RECEIVABLE, _("Owed by sellers"), -1),
    (Account.Kind.REFUNDING, _("Refunds on their way"), 1),
    (Account.Kind.PAYING_OUT, _("Payouts on their way"), 1),
    (Account.Kind.SURPLUS, _("Paid twice or too late"), 1),
    (Account.Kind.COMMISSION, _("Commission"), 1),
    (Account.Kind.VAT, _("Tax on commission"), 1),
)


def _sums() -> list[dict[str, Any]]:
    """For each currency the balance of each kind of account. Two queries."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in Account.objects.values("currency", "kind").annotate(sum=Sum("balance")).order_by("currency"):
        found[row["currency"]][row["kind"]] = row["sum"]
    open_ = dict(
        Order.objects.filter(released_at=None, paid_at__isnull=False)
        .values_list("currency")
        .annotate(sum=Sum("total_minor"))
        .order_by()
    )
    return [
        {
            "currency": currency,
            "turnover": format_minor(open_.get(currency, 0), currency),
            "rows": [
                {"label": label, "amount": format_minor(sign * sums.get(kind, 0), currency)}
                for kind, label, sign in _SUMS
            ],
            "total": sum(sums.values()),
        }
        for currency, sums in found.items()
    ]
