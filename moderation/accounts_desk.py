"""The list of accounts, with what a moderator can do to one without a report: each act with its reason, on record."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation.access import MODERATE, running_sanctions
from moderation.actions import sanctions
from moderation.desk import ReasonForm, apply, given_reason, moderator
from moderation.models import Sanction


class ModeratedAccounts(admin.ModelAdmin):
    """Mixed into the accounts app's own admin, which knows nothing of sanctions."""

    action_form = ReasonForm
    actions = ("mute_7", "suspend_1", "suspend_7", "suspend_30", "lift")
    change_form_template = "admin/accounts/user/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        found = super().get_queryset(request)
        for kind in Sanction.Kind:
            found = found.annotate(
                **{f"has_{kind.value}": Exists(running_sanctions().filter(user=OuterRef("pk"), kind=kind))}
            )
        return found

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        shown = list(super().get_list_display(request))
        return [*shown[:3], "sanction_shown", *shown[3:]]

    @admin.display(description=_("sanction"))
    def sanction_shown(self, user: Any) -> str:
        kinds = [kind for kind in Sanction.Kind if getattr(user, f"has_{kind.value}")]
        return ", ".join(str(kind.label) for kind in kinds) or "–"

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MODERATE)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {**(extra_context or {}), "may_moderate": self.has_moderate_permission(request)}
        return super().change_view(request, object_id, form_url, context)

    @admin.action(description=_("Mute for 7 days"), permissions=["moderate"])
    def mute_7(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        if reason := given_reason(request):
            apply(
                request,
                chosen,
                lambda user: sanctions.mute_user(by=moderator(request), user=user, reason=reason, days=7),
            )

    @admin.action(description=_("Suspend for 1 day"), permissions=["moderate"])
    def suspend_1(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._suspend(request, chosen, 1)

    @admin.action(description=_("Suspend for 7 days"), permissions=["moderate"])
    def suspend_7(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._suspend(request, chosen, 7)

    @admin.action(description=_("Suspend for 30 days"), permissions=["moderate"])
    def suspend_30(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._suspend(request, chosen, 30)

    def _suspend(self, request: HttpRequest, chosen: QuerySet[User], days: int) -> None:
        if reason := given_reason(request):
            apply(
                request, chosen,
                lambda user: sanctions.suspend_user(by=moderator(request), user=user, reason=reason, days=days),
            )  # fmt: skip

    @admin.action(description=_("Lift what is running"), permissions=["moderate"])
    def lift(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        running = running_sanctions().filter(user__in=chosen).select_related("user")
        apply(request, running, lambda sanction: sanctions.lift_sanction(by=moderator(request), sanction=sanction))
