"""Accounts, as moderators see them. Sanctions are the moderation app's, which adds them to these pages."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# Into the admin through the same door as everywhere: with its limits, second step and codes.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = _("Tenfold moderation")
admin.site.index_title = _("Today")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Read-only but for what makes a moderator, which only administrators may change."""

    list_display = ("handle", "name", "email", "is_active", "is_staff", "date_joined", "last_seen_at", "deleted_at")
    list_filter = ("is_active", "is_staff", "date_joined", ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("^handle", "=email", "=id")
    search_help_text = _("The beginning of a handle, a whole e-mail address, or the number of the account.")
    ordering = ("-date_joined",)
    list_per_page = 50
    show_full_result_count = False
    fields = (
        "handle", "name", "email", "bio", "status", "language", "time_zone", "is_active", "date_joined",
        "last_seen_at", "deleted_at", "is_staff", "is_superuser", "groups",
    )  # fmt: skip
    filter_horizontal = ("groups",)
    _for_administrators = frozenset({"is_staff", "is_superuser", "groups"})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in self.fields if name not in self._for_administrators or not request.user.is_superuser]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
