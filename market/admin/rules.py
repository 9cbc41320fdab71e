"""What moderators set: prohibited goods, commission, categories and their facts. Each change is on record."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from market.models import Attribute, Category, CommissionRule, ProhibitedRule
from moderation.access import MODERATE
from moderation.actions.audit import record
from moderation.desk import moderator


class Editable(admin.ModelAdmin):
    """For who may moderate; nothing is deleted that something else may stand on: it is switched off."""

    list_per_page = 100
    show_full_result_count = False
    kind = ""  # in the record

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _may(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MODERATE)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        before = {name: _plain(form.initial.get(name)) for name in form.changed_data} if change else {}
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            after = {name: _plain(getattr(obj, name, None)) for name in form.changed_data}
            record(
                moderator(request), f"{self.kind}.{'changed' if change else 'made'}", self.kind, obj.pk,
                before=before or None, after=after,
            )  # fmt: skip


def _plain(value: Any) -> Any:
    """As JSON keeps it; long texts by their beginning."""
    if value is None or isinstance(value, bool | int | dict | list):
        return value
    return str(value)[:300]


@admin.register(ProhibitedRule)
class ProhibitedRuleAdmin(Editable):
    kind = "prohibited"
    list_display = ("__str__", "category", "effect", "reason", "is_active", "by")
    list_filter = ("effect", "is_active")
    search_fields = ("words", "reason")
    list_select_related = ("category", "by")
    ordering = ("-is_active", "pk")
    fields = ("words", "category", "effect", "reason", "is_active")

    def save_model(self, request: HttpRequest, obj: ProhibitedRule, form: ModelForm, change: bool) -> None:
        obj.by = moderator(request)
        super().save_model(request, obj, form, change)


@admin.register(CommissionRule)
class CommissionRuleAdmin(Editable):
    """What is sold from now on pays it; what was sold keeps what was frozen."""

    kind = "commission"
    list_display = ("__str__", "shop", "category", "shop_kind", "vat_shown", "valid_from", "is_active")
    list_filter = ("is_active", "shop_kind")
    list_select_related = ("shop", "category")
    autocomplete_fields = ("shop",)
    ordering = ("-is_active", "pk")
    fields = ("rate_bp", "vat_bp", "shop_kind", "category", "shop", "is_active")

    @admin.display(description=_("tax on it"))
    def vat_shown(self, rule: CommissionRule) -> str:
        return f"{rule.vat_bp / 100:g} %"


class AttributeInline(admin.StackedInline):
    model = Attribute
    extra = 0
    can_delete = False
    fields = ("key", "name", "names", "type", "unit", "choices", "is_required", "is_facet", "position")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(MODERATE)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(MODERATE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(MODERATE)


@admin.register(Category)
class CategoryAdmin(Editable):
    kind = "category"
    list_display = ("path", "name", "icon", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("path", "name")
    ordering = ("path",)
    fields = ("parent", "slug", "name", "names", "icon", "position", "is_active")
    inlines = (AttributeInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A category stays where it is: addresses, searches and rules name it by its path."""
        return ("parent", "slug") if obj is not None else ()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_related(request, form, formsets, change)
            for formset in formsets:
                for made in formset.new_objects:
                    record(moderator(request), "attribute.made", "category", form.instance.pk, key=made.key)
                for made, names in formset.changed_objects:
                    changes = {name: _plain(getattr(made, name)) for name in names}
                    record(
                        moderator(request),
                        "attribute.changed",
                        "category",
                        form.instance.pk,
                        key=made.key,
                        after=changes,
                    )
