"""What a sale costs the seller. Computed once, at sale, and frozen on the order and its lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from market.models import Category, CommissionRule, Shop
from market.money import part, split


@dataclass(frozen=True)
class Commission:
    """Of an order: the whole, and each line's part of it, in minor units."""

    minor: int
    vat_minor: int
    by_line: list[int]
    vat_by_line: list[int]


def commission_of(shop: Shop, lines: Sequence[tuple[Category | None, int]]) -> Commission:
    """`lines`: (category, what the buyer pays for it). Delivery costs the seller nothing.

    Rounded once for the order, half up, then divided by largest remainder: rounding each line would drift.
    """
    rules = _rules_for(shop)
    chosen = [_rule_for(rules, category) for category, _paid in lines]
    exact = [rule.rate_bp * paid if rule else 0 for rule, (_category, paid) in zip(chosen, lines, strict=True)]
    exact_vat = [rate * (rule.vat_bp if rule else 0) for rate, rule in zip(exact, chosen, strict=True)]
    total = part(sum(exact), 1)  # the rates are in it already
    total_vat = (sum(exact_vat) + 50_000_000) // 100_000_000
    return Commission(total, total_vat, split(total, exact), split(total_vat, exact_vat))


def _rules_for(shop: Shop) -> list[CommissionRule]:
    """Newest first; of this shop, of its kind, or of all."""
    mine = Q(shop=shop) | Q(shop=None, shop_kind__in=["", shop.kind])
    rows = CommissionRule.objects.filter(mine, is_active=True, valid_from__lte=timezone.now())
    return list(rows.select_related("category").order_by("-valid_from", "-pk"))


def _rule_for(rules: Sequence[CommissionRule], category: Category | None) -> CommissionRule | None:
    """The most particular: of the shop before its kind before all, of the nearest category before farther ones."""
    path = category.path if category else ""

    def rank(rule: CommissionRule) -> tuple[bool, int, bool]:
        return rule.shop_id is not None, len(rule.category.path) if rule.category else 0, bool(rule.shop_kind)

    fitting = [rule for rule in rules if rule.category is None or path.startswith(rule.category.path)]
    return max(fitting, key=rank, default=None)
