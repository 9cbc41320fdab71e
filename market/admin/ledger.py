"""The ledger, read only: accounts, transactions, entries."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from market.admin.desk import Moderated, amount, link, table
from market.models import Account, Entry, LedgerTransaction


@admin.register(Account)
class AccountAdmin(Moderated):
    list_display = ("code", "kind", "currency", "balance_shown", "minimum_shown")
    list_filter = ("kind", "currency")
    search_fields = ("^code",)
    ordering = ("code",)
    fields = (
        "code",
        "kind",
        "currency",
        "balance_shown",
        "minimum_shown",
        "shop_shown",
        "order_shown",
        "entries_shown",
    )
    readonly_fields = ("balance_shown", "minimum_shown", "shop_shown", "order_shown", "entries_shown")

    @admin.display(description=_("balance"), ordering="balance")
    def balance_shown(self, account: Account) -> SafeString | str:
        return amount(account.balance, account.currency)

    @admin.display(description=_("minimum"))
    def minimum_shown(self, account: Account) -> SafeString | str:
        return amount(account.min_balance, account.currency)

    @admin.display(description=_("shop"))
    def shop_shown(self, account: Account) -> SafeString | str:
        return link(account.shop)

    @admin.display(description=_("order"))
    def order_shown(self, account: Account) -> SafeString | str:
        return link(account.order)

    @admin.display(description=_("last entries"))
    def entries_shown(self, account: Account) -> SafeString | str:
        rows = (
            (one.created_at, link(one.transaction), one.transaction.kind, amount(one.amount_minor, account.currency))
            for one in account.entries.select_related("transaction").order_by("-pk")[:50]
        )
        return table((_("when"), _("transaction"), _("kind"), _("amount")), rows)


@admin.register(LedgerTransaction)
class LedgerTransactionAdmin(Moderated):
    list_display = ("idempotency_key", "kind", "order", "created_at")
    list_filter = ("kind", "created_at")
    search_fields = ("=order__id", "^idempotency_key")
    list_select_related = ("order",)
    ordering = ("-pk",)
    fields = ("idempotency_key", "kind", "order_shown", "reverses_shown", "created_at", "entries_shown")
    readonly_fields = ("order_shown", "reverses_shown", "entries_shown")

    @admin.display(description=_("order"))
    def order_shown(self, made: LedgerTransaction) -> SafeString | str:
        return link(made.order)

    @admin.display(description=_("reverses"))
    def reverses_shown(self, made: LedgerTransaction) -> SafeString | str:
        return link(made.reverses)

    @admin.display(description=_("entries"))
    def entries_shown(self, made: LedgerTransaction) -> SafeString | str:
        rows = (
            (link(one.account), one.account.get_kind_display(), amount(one.amount_minor, one.account.currency))
            for one in made.entries.select_related("account").order_by("pk")
        )
        return table((_("ledger account"), _("kind"), _("amount")), rows)


@admin.register(Entry)
class EntryAdmin(Moderated):
    list_display = ("id", "account", "transaction", "amount_shown", "created_at")
    list_filter = ("account__kind", "account__currency", "created_at")
    search_fields = ("=transaction__order__id", "^account__code")
    list_select_related = ("account", "transaction")
    ordering = ("-pk",)
    fields = ("account", "transaction", "amount_shown", "created_at")
    readonly_fields = ("amount_shown",)

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount_shown(self, entry: Entry) -> SafeString | str:
        return amount(entry.amount_minor, entry.account.currency)
