"""Calls, as moderators see them: that there was one, and who was in it; nothing said there, and no address."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from calls.models import Call, CallParty
from moderation.actions.audit import record_reading
from moderation.desk import ReadOnly, moderator

_PEOPLE = 200  # shown of one call


@admin.register(Call)
class CallAdmin(ReadOnly):
    """Read only: a call is over before anybody could act on it; people are sanctioned, not calls."""

    list_display = ("id", "kind", "chat_kind", "state", "reason", "caller", "people_count", "created_at", "lasted")
    list_filter = ("kind", "state", "reason", "backend", "chat__kind", "created_at")
    search_fields = ("=id",)
    search_help_text = _("The number of the call, or a whole handle of somebody in it.")
    list_select_related = ("chat", "caller")
    ordering = ("-id",)
    fields = (
        "kind", "chat_kind", "state", "reason", "backend", "created_at", "rang_at", "answered_at", "ended_at", "lasted",
        "people_count", "people_shown",
    )  # fmt: skip
    readonly_fields = ("chat_kind", "lasted", "people_count", "people_shown")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_moderate_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_moderate_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        were_in = Count("parties", filter=Q(parties__was_in=True))
        return super().get_queryset(request).annotate(were_in=were_in)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Call], search_term: str
    ) -> tuple[QuerySet[Call], bool]:
        """A whole handle, never a part of one: nobody goes through people by letters here."""
        handle = search_term.strip().removeprefix("@").lower()
        if not handle or handle.isdigit():
            return super().get_search_results(request, queryset, search_term)
        theirs = CallParty.objects.filter(call=OuterRef("pk"), user__handle=handle)
        return queryset.filter(Exists(theirs)), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        call = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if call is not None:
            record_reading(moderator(request), "call.opened", "call", call.pk)
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description=_("chat"), ordering="chat__kind")
    def chat_kind(self, call: Call) -> str:
        return call.chat.get_kind_display()

    @admin.display(description=_("people in it"), ordering="were_in")
    def people_count(self, call: Call) -> int:
        return getattr(call, "were_in", 0)

    @admin.display(description=_("duration"))
    def lasted(self, call: Call) -> str:
        minutes, seconds = divmod(call.duration_seconds, 60)
        return f"{minutes}:{seconds:02}" if call.answered_at else "–"

    @admin.display(description=_("people"))
    def people_shown(self, call: Call) -> SafeString | str:
        parties = call.parties.select_related("user").order_by("pk")[:_PEOPLE]
        rows = ((f"@{party.user.handle}", party.get_role_display()) for party in parties)
        return format_html_join("", "<p>{} ({})</p>", rows) or "–"
