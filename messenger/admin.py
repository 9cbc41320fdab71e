"""Chats and reported messages, as moderators see them. What people write to each other is theirs until reported."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from messenger.models import Chat, Message
from moderation.actions import reports
from moderation.desk import ReadOnly, apply, moderator
from moderation.evidence import evidence_table
from moderation.models import Report


@admin.register(Chat)
class ChatAdmin(ReadOnly):
    """Groups and channels: what their members see of them, never what is said there."""

    list_display = ("title", "kind", "handle", "member_count", "created_by", "created_at", "deleted_at")
    list_filter = ("kind", "created_at", ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("^title", "=handle", "=id")
    search_help_text = _("The beginning of a title, a whole handle, or the number of the chat.")
    list_select_related = ("created_by",)
    ordering = ("-created_at",)
    fields = ("title", "kind", "handle", "description", "member_count", "created_by", "created_at", "deleted_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Chat]:
        return super().get_queryset(request).filter(kind__in=[Chat.Kind.GROUP, Chat.Kind.CHANNEL])


@admin.register(Message)
class MessageAdmin(ReadOnly):
    """Reported messages only. The list names them; to read one is an act that is on record."""

    list_display = ("id", "sender", "chat_shown", "created_at", "is_gone")
    list_filter = ("created_at",)
    search_fields = ("=sender__handle", "=id")
    search_help_text = _("A whole handle, or the number of the message.")
    list_select_related = ("sender", "chat")
    ordering = ("-created_at",)
    fields = ("sender", "chat_shown", "created_at", "edited_at", "deleted_at", "reports_shown")
    readonly_fields = ("chat_shown", "reports_shown")
    actions = ("remove",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        reported = Report.objects.filter(target_kind="message", target_id=OuterRef("pk"))
        return super().get_queryset(request).filter(Exists(reported))

    @admin.display(description=_("chat"))
    def chat_shown(self, message: Message) -> str:
        """Whose direct chat it is stays between the two."""
        return (
            message.chat.get_kind_display() if message.chat.is_direct or message.chat.is_thread else str(message.chat)
        )

    @admin.display(description=_("removed"), boolean=True)
    def is_gone(self, message: Message) -> bool:
        return message.is_deleted

    @admin.display(description=_("reports"))
    def reports_shown(self, message: Message) -> SafeString:
        shown = (
            (report.get_reason_display(), report.note, evidence_table(report.evidence)) for report in _of(message)
        )  # fmt: skip
        return format_html_join("", "<p><b>{}</b> {}</p>{}", shown)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        message = self.get_object(request, object_id)
        if message is not None and self.has_moderate_permission(request):
            for report in _of(message):
                reports.open_evidence(by=moderator(request), report=report)
        return super().change_view(request, object_id, form_url, extra_context)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may_view = super().has_view_permission(request, obj)
        return may_view and (obj is None or self.has_moderate_permission(request))

    @admin.action(description=_("Remove"), permissions=["moderate"])
    def remove(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        about = Report.objects.filter(target_kind="message", target_id__in=[message.pk for message in chosen])
        first = {report.target_id: report for report in about.order_by("-pk")}
        apply(
            request, list(first.values()), lambda report: reports.remove_content(by=moderator(request), report=report)
        )


def _of(message: Message) -> list[Report]:
    return list(Report.objects.filter(target_kind="message", target_id=message.pk).order_by("pk"))
