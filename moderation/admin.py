"""The moderators' pages: the queue of reports, sanctions, and the record of what moderators did."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import User
from moderation.accounts_desk import ModeratedAccounts
from moderation.actions import reports, sanctions
from moderation.desk import ReadOnly, apply, moderator
from moderation.evidence import evidence_table
from moderation.models import AuditEntry, Report, Sanction

_accounts_own = type(admin.site.get_model_admin(User))
admin.site.unregister(User)
admin.site.register(User, type("UserAdmin", (ModeratedAccounts, _accounts_own), {}))


class StateFilter(admin.SimpleListFilter):
    """Open reports unless asked for others: this list is a queue."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All")), *Report.State.choices]

    def choices(self, changelist: Any) -> Any:
        for value, title in self.lookup_choices:
            yield {
                "selected": (self.value() or Report.State.OPEN) == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        state = self.value() or Report.State.OPEN
        return queryset if state == "all" else queryset.filter(state=state)


@admin.register(Report)
class ReportAdmin(ReadOnly):
    list_display = ("label_shown", "target_kind", "reason", "subject", "reporter", "same_count", "state", "created_at")
    list_filter = (StateFilter, "reason", "target_kind", "created_at")
    search_fields = ("=subject__handle", "=reporter__handle", "=id")
    search_help_text = _("A whole handle, of the reported or the reporting person, or the number of the report.")
    list_select_related = ("subject", "reporter")
    ordering = ("-created_at",)
    fields = (
        "state", "reason", "note", "target_kind", "subject", "reporter", "created_at", "decided_at", "decided_by",
        "evidence_shown",
    )  # fmt: skip
    readonly_fields = ("evidence_shown",)
    actions = ("dismiss", "remove", "mute_7", "suspend_1", "suspend_7", "suspend_30")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        same = Report.objects.filter(target_kind=OuterRef("target_kind"), target_id=OuterRef("target_id"))
        counted = same.order_by().values("target_kind").annotate(found=Count("pk")).values("found")
        return super().get_queryset(request).annotate(found=Subquery(counted))

    @admin.display(description=_("reported"))
    def label_shown(self, report: Report) -> str:
        """In the list a message is only named: reading it is an act that is on record."""
        return str(report) if report.target_kind == "message" else report.label or str(report)

    @admin.display(description=_("reports of it"), ordering="found")
    def same_count(self, report: Any) -> int:
        return report.found

    @admin.display(description=_("as it was when reported"))
    def evidence_shown(self, report: Report) -> SafeString:
        return evidence_table(report.evidence)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        report = self.get_object(request, object_id)
        if report is not None and request.method == "GET" and self.has_moderate_permission(request):
            reports.open_evidence(by=moderator(request), report=report)
        context = {
            **(extra_context or {}),
            "may_moderate": self.has_moderate_permission(request),
            "title": pgettext("a report", "Report"),
        }
        return super().change_view(request, object_id, form_url, context)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The page of one report shows evidence, so it takes a moderator."""
        may_view = super().has_view_permission(request, obj)
        return may_view and (obj is None or self.has_moderate_permission(request))

    @admin.action(description=_("Dismiss"), permissions=["moderate"])
    def dismiss(self, request: HttpRequest, chosen: QuerySet[Report]) -> None:
        apply(request, chosen, lambda report: reports.dismiss_report(by=moderator(request), report=report))

    @admin.action(description=_("Remove what was reported"), permissions=["moderate"])
    def remove(self, request: HttpRequest, chosen: QuerySet[Report]) -> None:
        apply(request, chosen, lambda report: reports.remove_content(by=moderator(request), report=report))

    @admin.action(description=_("Mute the person for 7 days"), permissions=["moderate"])
    def mute_7(self, request: HttpRequest, chosen: QuerySet[Report]) -> None:
        apply(request, _about_somebody(chosen), lambda report: _sanction(sanctions.mute_user, request, report, 7))

    @admin.action(description=_("Suspend the person for 1 day"), permissions=["moderate"])
    def suspend_1(self, request: HttpRequest, chosen: QuerySet[Report]) -> None:
        apply(request, _about_somebody(chosen), lambda report: _sanction(sanctions.suspend_user, request, report, 1))

    @admin.action(description=_("Suspend the person for 7 days"), permissions=["moderate"])
    def suspend_7(self, request: HttpRequest, chosen: QuerySet[Report]) -> None:
        apply(request, _about_somebody(chosen), lambda report: _sanction(sanctions.suspend_user, request, report, 7))

    @admin.action(description=_("Suspend the person for 30 days"), permissions=["moderate"])
    def suspend_30(self, request: HttpRequest, chosen: QuerySet[Report]) -> None:
        apply(request, _about_somebody(chosen), lambda report: _sanction(sanctions.suspend_user, request, report, 30))


def _about_somebody(chosen: QuerySet[Report]) -> QuerySet[Report]:
    return chosen.filter(subject__isnull=False).select_related("subject")


def _sanction(action: Callable[..., Any], request: HttpRequest, report: Report, days: int) -> None:
    reason = f"{report.get_reason_display()} (#{report.pk})"
    action(by=moderator(request), user=report.subject, reason=reason, days=days, report=report)


class RunningFilter(admin.SimpleListFilter):
    title = _("running")
    parameter_name = "running"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Running")), ("no", _("Over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Sanction]) -> QuerySet[Sanction]:
        return queryset.filter(lifted_at__isnull=self.value() == "yes") if self.value() else queryset


@admin.register(Sanction)
class SanctionAdmin(ReadOnly):
    list_display = ("user", "kind", "reason", "by", "created_at", "until", "lifted_at")
    list_filter = (RunningFilter, "kind", "created_at")
    search_fields = ("=user__handle", "=by__handle")
    list_select_related = ("user", "by")
    ordering = (F("lifted_at").desc(nulls_first=True), "-created_at")
    actions = ("lift",)

    @admin.action(description=_("Lift"), permissions=["moderate"])
    def lift(self, request: HttpRequest, chosen: QuerySet[Sanction]) -> None:
        apply(request, chosen, lambda sanction: sanctions.lift_sanction(by=moderator(request), sanction=sanction))


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = ("created_at", "by_shown", "act", "target_kind", "target_id", "detail_shown")
    list_filter = ("act", "target_kind", "created_at")
    search_fields = ("=by__handle", "=target_id")
    list_select_related = ("by",)
    ordering = ("-created_at", "-pk")
    date_hierarchy = "created_at"

    @admin.display(description=_("by"), ordering="by")
    def by_shown(self, entry: AuditEntry) -> str:
        return str(entry.by) if entry.by else str(_("the service"))

    @admin.display(description=_("detail"))
    def detail_shown(self, entry: AuditEntry) -> SafeString:
        rows = ((name, value) for name, value in entry.detail.items() if value is not None)
        return format_html("{}", ", ".join(f"{name}: {value}" for name, value in rows))
