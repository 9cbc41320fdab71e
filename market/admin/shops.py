"""Shops: who sells, and whether their money may leave."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from market.actions.moderating import freeze_payouts, unfreeze_payouts
from market.admin.desk import NOTHING, Moderated, Verdict, amount, link, table, words
from market.models import Shop
from moderation.desk import ReasonForm, apply, given_reason, moderator


@admin.register(Shop)
class ShopAdmin(Moderated):
    action_form = ReasonForm
    list_display = ("name", "owner", "kind", "currency", "sale_count", "rating_shown", "frozen_shown", "created_at")
    list_filter = ("kind", ("payouts_frozen_at", admin.EmptyFieldListFilter), "currency", "created_at")
    search_fields = ("^name", "=owner__handle", "=id")
    search_help_text = _("The beginning of a name, a whole handle, or the number of the shop.")
    list_select_related = ("owner",)
    ordering = ("-pk",)
    fields = (
        "name", "owner_shown", "kind", "about_shown", "currency", "country", "legal_name", "legal_address", "tax_id",
        "vat_bp", "sale_count", "rating_shown", "holiday_until", "payouts_frozen_at", "payouts_frozen_reason",
        "accounts_shown", "payouts_shown", "created_at", "closed_at",
    )  # fmt: skip
    readonly_fields = ("owner_shown", "about_shown", "rating_shown", "accounts_shown", "payouts_shown")
    actions = ("freeze", "unfreeze")

    def verdicts(self, obj: Shop) -> Sequence[Verdict]:
        if obj.payouts_frozen_at is None:
            return (Verdict("freeze", _("Stop payouts"), True),)
        return (Verdict("unfreeze", _("Let payouts go on")),)

    @admin.display(description=_("owner"))
    def owner_shown(self, shop: Shop) -> SafeString | str:
        return link(shop.owner)

    @admin.display(description=_("about"))
    def about_shown(self, shop: Shop) -> SafeString | str:
        return words(shop.about)

    @admin.display(description=_("rating"))
    def rating_shown(self, shop: Shop) -> str:
        return f"{shop.rating} ({shop.rating_count})" if shop.rating else "–"

    @admin.display(description=_("payouts stopped"), ordering="payouts_frozen_at")
    def frozen_shown(self, shop: Shop) -> str:
        return NOTHING if shop.payouts_frozen_at is None else shop.payouts_frozen_reason

    @admin.display(description=_("money"))
    def accounts_shown(self, shop: Shop) -> SafeString | str:
        rows = ((link(one, one.get_kind_display()), amount(one.balance, one.currency)) for one in shop.accounts.all())
        return table((_("ledger account"), _("balance")), rows)

    @admin.display(description=_("payouts"))
    def payouts_shown(self, shop: Shop) -> SafeString | str:
        rows = (
            (link(one, f"#{one.pk}"), amount(one.amount_minor, one.currency), one.get_state_display(), one.created_at)
            for one in shop.payouts.order_by("-pk")[:10]
        )
        return table(("", _("amount"), _("state"), _("when")), rows)

    @admin.action(description=_("Stop payouts"), permissions=["moderate"])
    def freeze(self, request: HttpRequest, chosen: QuerySet[Shop]) -> None:
        if reason := given_reason(request):
            apply(request, chosen, lambda shop: freeze_payouts(by=moderator(request), shop=shop, reason=reason))

    @admin.action(description=_("Let payouts go on"), permissions=["moderate"])
    def unfreeze(self, request: HttpRequest, chosen: QuerySet[Shop]) -> None:
        if reason := given_reason(request):
            apply(request, chosen, lambda shop: unfreeze_payouts(by=moderator(request), shop=shop, reason=reason))
