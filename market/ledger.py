"""The only writer of balances: double entry, append-only, each event once.

What we owe is a positive balance, what others hold for us a negative one; all accounts of a currency sum to zero. A
balance moves with its entry, in the same transaction, by a guarded update; no account goes below its minimum.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from core.errors import Conflict, DomainError
from market.models import Account, Entry, LedgerTransaction, Order, Shop

Kind = Account.Kind


class InsufficientFunds(Conflict):
    """An account would fall below its minimum."""

    code = "insufficient_funds"


class Unbalanced(DomainError):
    """A bug of ours: entries that do not sum to zero."""

    code, status = "unbalanced", 500


# --- accounts -----------------------------------------------------------------------------------


def provider(name: str, currency: str) -> Account:
    """What a payment provider holds for us: negative, and bounded by nothing of ours."""
    return _account(f"provider:{name}:{currency}", Kind.PROVIDER, currency, None)


def held(order: Order) -> Account:
    return _account(f"held:order:{order.pk}", Kind.HELD, order.currency, 0, order=order)


def seller(shop: Shop) -> Account:
    return _account(f"seller:{shop.pk}:{shop.currency}", Kind.SELLER, shop.currency, 0, shop=shop)


def receivable(shop: Shop) -> Account:
    """What a seller owes us: negative."""
    return _account(f"receivable:{shop.pk}:{shop.currency}", Kind.RECEIVABLE, shop.currency, None, shop=shop)


def refunding(currency: str) -> Account:
    return _account(f"refunding:{currency}", Kind.REFUNDING, currency, 0)


def paying_out(currency: str) -> Account:
    return _account(f"paying-out:{currency}", Kind.PAYING_OUT, currency, 0)


def surplus(currency: str) -> Account:
    return _account(f"surplus:{currency}", Kind.SURPLUS, currency, 0)


def commission(currency: str) -> Account:
    """Ours. A chargeback after a refund of the commission may make it negative for a while."""
    return _account(f"commission:{currency}", Kind.COMMISSION, currency, None)


def vat(currency: str) -> Account:
    return _account(f"vat:{currency}", Kind.VAT, currency, None)


def _account(code: str, kind: str, currency: str, min_balance: int | None, **owner: Shop | Order) -> Account:
    found = Account.objects.filter(code=code).first()
    if found is not None:
        return found
    made = Account(code=code, kind=kind, currency=currency, min_balance=min_balance, **owner)  # type: ignore[arg-type]
    Account.objects.bulk_create([made], ignore_conflicts=True)
    return Account.objects.get(code=code)


# --- posting ------------------------------------------------------------------------------------


def post(
    kind: str,
    key: str,
    amounts: Sequence[tuple[Account, int]],
    *,
    order: Order | None = None,
    reverses: LedgerTransaction | None = None,
) -> LedgerTransaction:
    """One event of money; with the same key it happens once, and the second call answers the first's transaction.

    `amounts`: (account, minor units), signed; of one account they are summed, zeros are left out. Raises
    InsufficientFunds, and then nothing is written. Belongs into the caller's transaction.
    """
    if (found := LedgerTransaction.objects.filter(idempotency_key=key).first()) is not None:
        return found
    entries = _merged(amounts)
    try:
        with transaction.atomic():
            made = LedgerTransaction.objects.create(
                idempotency_key=key, kind=kind, order=order, reverses=reverses, created_at=timezone.now()
            )
            lock_money_of({account.shop_id for account, _amount in entries if account.shop_id})
            _move(entries)
            Entry.objects.bulk_create(
                Entry(transaction=made, account=account, amount_minor=amount, created_at=made.created_at)
                for account, amount in entries
            )
    except IntegrityError:
        # Another transaction has just posted it; ours waited for its commit.
        return LedgerTransaction.objects.get(idempotency_key=key)
    return made


def reverse(original: LedgerTransaction, kind: str, key: str) -> LedgerTransaction:
    """Undo a whole transaction by its mirror image; at most once for each."""
    entries = original.entries.select_related("account")
    mirrored = [(entry.account, -entry.amount_minor) for entry in entries]
    return post(kind, key, mirrored, order=original.order, reverses=original)


def take_from_seller(shop: Shop, amount: int) -> list[tuple[Account, int]]:
    """Entries that take so much from the seller: what is there, and the rest as what the shop owes us.

    Inside the posting's transaction; the shop's money is locked until it ends.
    """
    account, owed_account = seller(shop), receivable(shop)
    lock_money_of([shop.pk])
    own = min(amount, max(0, balance_of(account)))
    return [(account, -own), (owed_account, own - amount)]


def give_to_seller(shop: Shop, amount: int) -> list[tuple[Account, int]]:
    """Entries that give so much to the seller: first what the shop owes us, then what is theirs."""
    account, owed_account = seller(shop), receivable(shop)
    lock_money_of([shop.pk])
    back = min(amount, max(0, -balance_of(owed_account)))
    return [(owed_account, back), (account, amount - back)]


def balance_of(account: Account) -> int:
    return Account.objects.values_list("balance", flat=True).get(pk=account.pk)


def owed_by(shop: Shop) -> int:
    """What the shop owes us, as a positive amount."""
    return -balance_of(receivable(shop))


def lock_money_of(shops: Iterable[int]) -> None:
    """Nobody else moves these shops' money until this transaction ends (SQLite's transactions are serial anyway).

    Always before any account that many share: who holds one of those never waits for a shop.
    """
    rows = Account.objects.select_for_update().filter(kind=Kind.SELLER, shop__in=list(shops)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def _merged(amounts: Sequence[tuple[Account, int]]) -> list[tuple[Account, int]]:
    """Summed by account, in the order of their ids, which is the order of locking. Raises Unbalanced."""
    accounts: dict[int, Account] = {}
    sums: dict[int, int] = defaultdict(int)
    by_currency: dict[str, int] = defaultdict(int)
    for account, amount in amounts:
        accounts[account.pk] = account
        sums[account.pk] += amount
        by_currency[account.currency] += amount
    entries = [(accounts[pk], sums[pk]) for pk in sorted(sums) if sums[pk]]
    if any(by_currency.values()) or len(entries) < 2:
        raise Unbalanced(currencies=dict(by_currency))
    return entries


def _move(entries: Sequence[tuple[Account, int]]) -> None:
    for account, amount in entries:
        enough = Q(min_balance=None) | Q(balance__gte=F("min_balance") - amount)
        if not Account.objects.filter(enough, pk=account.pk).update(balance=F("balance") + amount):
            raise InsufficientFunds(account=account.code)
