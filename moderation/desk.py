"""What all pages of the moderators' desk share, whichever app they belong to."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from core.errors import DomainError
from moderation.access import MODERATE


class ReadOnly(admin.ModelAdmin):
    """Seen by those with the view permission; changed only by actions, which leave a trace."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MODERATE)


class ReasonForm(ActionForm):
    """For lists whose actions want to know why."""

    reason = forms.CharField(
        required=False, max_length=500, label=_("Reason:"), widget=forms.TextInput(attrs={"size": 30})
    )


def given_reason(request: HttpRequest) -> str:
    """What was typed beside the action. Without one nothing is done: the record would say too little."""
    reason = " ".join(request.POST.get("reason", "").split())[:500]
    if not reason:
        messages.error(request, _("Say why, in the field beside the action."))
    return reason


def apply(request: HttpRequest, chosen: Iterable[Any], action: Callable[[Any], object]) -> None:
    """Run an action on each of the chosen rows; say how many it was done to, and what stood in the way."""
    done = 0
    for row in chosen:
        try:
            action(row)
        except DomainError as error:
            messages.error(request, f"{row}: {error.detail}")
        else:
            done += 1
    if done:
        messages.success(request, ngettext("Done: %(count)d.", "Done: %(count)d.", done) % {"count": done})


def moderator(request: HttpRequest) -> User:
    """Who acts; the admin lets nobody in who is not signed in."""
    return cast(User, request.user)
