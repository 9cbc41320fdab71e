"""What the market's pages of the desk share: who may, how amounts and neighbours are shown, acts below a page."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from market.money import format_minor
from moderation.desk import ReadOnly

NOTHING = "–"


class Verdict(NamedTuple):
    """A button below the page of one thing: an action of its list."""

    action: str
    label: Any
    is_hard: bool = False


class Moderated(ReadOnly):
    """Seen and acted on by who may moderate, and by nobody else."""

    change_form_template = "admin/market/change_form.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_moderate_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_moderate_permission(request)

    def verdicts(self, obj: Any) -> Sequence[Verdict]:
        """What may be done with it now."""
        return ()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id) if self.has_view_permission(request) else None
        verdicts = self.verdicts(found) if found is not None else ()
        context = {
            "verdicts": verdicts,
            "wants_reason": "reason" in getattr(self.action_form, "declared_fields", {}),
            "verdict_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"),
            "title": str(self.opts.verbose_name).capitalize(),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)


def amount(minor: int | None, currency: str) -> SafeString | str:
    return NOTHING if minor is None else format_html('<span class="amount">{}</span>', format_minor(minor, currency))


def link(to: Model | None, text: Any = None) -> SafeString | str:
    """To the page of another thing on the desk."""
    if to is None:
        return NOTHING
    url = reverse(f"admin:{to._meta.app_label}_{to._meta.model_name}_change", args=[to.pk])
    return format_html('<a href="{}">{}</a>', url, text if text is not None else to)


def table(heads: Sequence[Any], rows: Iterable[Sequence[Any]]) -> SafeString | str:
    """Rows of cells, each escaped unless it was made by format_html."""
    cells = [format_html_join("", "<td>{}</td>", ((_cell(cell),) for cell in row)) for row in rows]
    if not cells:
        return NOTHING
    names = format_html_join("", '<th scope="col">{}</th>', ((one,) for one in heads))
    head = format_html("<thead><tr>{}</tr></thead>", names) if any(heads) else ""
    body = format_html_join("", "<tr>{}</tr>", ((row,) for row in cells))
    return format_html('<div class="rows"><table>{}<tbody>{}</tbody></table></div>', head, body)


def _cell(value: Any) -> Any:
    return date_format(localtime(value), "SHORT_DATETIME_FORMAT") if isinstance(value, datetime) else value


def words(text: str) -> SafeString | str:
    """What people wrote, as they wrote it."""
    return format_html('<span class="evidence-text">{}</span>', text) if text else NOTHING
