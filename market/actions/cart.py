"""The cart. Nothing is held by lying in it; what became of its lines is judged on reading (market/queries/cart.py)."""

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Conflict
from market.access.listings import require_buyable, variant_for_buying
from market.access.offers import cart_line_for_editing
from market.actions.quotes import check_quantity, held_by, price_of
from market.finding.views import count_cart
from market.models import CartLine, Variant
from market.queries.per_buyer import lock_buyer, require_within_max
from market.serializers.listings import available


def add_to_cart(*, by: User, variant_id: int, quantity: int = 1) -> CartLine:
    """So many more of it, at the price of now. Raises what variant_for_buying() does, Invalid("bad_quantity"),
    Conflict("price_on_request", "out_of_stock", "max_per_buyer", "cart_full").
    """
    check_quantity(quantity)
    limits.check("cart", by.pk)
    with transaction.atomic():
        lock_buyer(by)
        variant = variant_for_buying(by, variant_id)
        price = price_of(variant)
        line = CartLine.objects.filter(user=by, variant=variant).first()
        if line is None and CartLine.objects.filter(user=by).count() >= limits.CART_LINES:
            raise Conflict("cart_full", _("Your cart is full."), limit=limits.CART_LINES)
        is_new, line = line is None, line or CartLine(user=by, variant=variant, quantity=0)
        line.quantity = check_quantity(line.quantity + quantity)
        line.seen_price_minor = price
        _require_enough(by, variant, line.quantity)
        line.save()
        if is_new:
            count_cart(variant.listing_id)
    return line


def set_quantity(*, by: User, line_id: int, quantity: int) -> CartLine:
    """Exactly so many. Fewer than before are always possible."""
    check_quantity(quantity)
    with transaction.atomic():
        lock_buyer(by)
        line = cart_line_for_editing(by, line_id)
        if quantity > line.quantity:
            require_buyable(by, line.variant)
            _require_enough(by, line.variant, quantity)
        line.quantity = quantity
        line.save(update_fields=["quantity"])
    return line


def remove_line(*, by: User, line_id: int) -> None:
    cart_line_for_editing(by, line_id).delete()


def clear_cart(*, by: User) -> None:
    CartLine.objects.filter(user=by).delete()


def accept_prices(*, by: User) -> None:
    """The buyer has seen the prices of now. A checkout says what it expects to pay all the same."""
    now = Variant.objects.filter(pk=OuterRef("variant_id")).values("price_minor")[:1]
    lines = CartLine.objects.filter(user=by, variant__price_minor__isnull=False)
    lines.update(seen_price_minor=Subquery(now))


def _require_enough(by: User, variant: Variant, quantity: int) -> None:
    """Kindness, no promise: the stock itself decides at the checkout."""
    left = available(variant)
    if left is not None and left < quantity:
        held = held_by(by, variant)  # perhaps by nobody but themselves
        detail = _("You hold it already: go on to pay.") if held else _("That many are no longer there.")
        raise Conflict(
            "out_of_stock", detail, variant=variant.pk, available=left, quote=held.pk if held else None
        )  # fmt: skip
    require_within_max(by, variant.listing, quantity)
