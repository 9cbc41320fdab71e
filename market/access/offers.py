"""Whose offer, quote, address, coupon, line of the cart, review is it? Unknown and foreign look the same."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import has_blocked, is_blocked
from accounts.models import User
from core.errors import Conflict, Forbidden, NotFound
from market.access.listings import is_moderator, own_shop
from market.models import Address, CartLine, Coupon, Offer, Order, Quote, Review

_MAX_ID = 2**63 - 1
_QUOTES = Quote.objects.select_related("variant__listing__shop__owner", "variant__listing__category", "offer", "buyer")
_OFFERS = Offer.objects.select_related("variant", "listing__shop__owner", "listing__category", "buyer", "quote")


def _checked(value: int, code: str) -> int:
    if not 0 < value <= _MAX_ID:
        raise NotFound(code)
    return value


# --- quotes -----------------------------------------------------------------------------------


def quotes_for_viewing(by: User) -> QuerySet[Quote]:
    return _QUOTES.filter(buyer=by)


def quote_for_viewing(by: User, quote_id: int) -> Quote:
    """One's own, in any state; variant, listing, shop and owner loaded. Raises NotFound("quote_not_found")."""
    quote = _QUOTES.filter(pk=_checked(quote_id, "quote_not_found"), buyer=by).first()
    if quote is None:
        raise NotFound("quote_not_found")
    return quote


def quote_for_checkout(by: User, quote_id: int) -> Quote:
    """One's own that can be ordered now. Raises Conflict("quote_expired", "quote_used", "quote_cancelled") too."""
    quote = quote_for_viewing(by, quote_id)
    if not quote.is_open:
        raise closed(quote)
    return quote


def closed(quote: Quote) -> Conflict:
    """Why it cannot be ordered."""
    if quote.state == Quote.State.USED:
        return Conflict("quote_used", _("This has been ordered already."), order=quote.order_id)
    if quote.state == Quote.State.CANCELLED:
        return Conflict("quote_cancelled", _("This was given up."))
    return Conflict("quote_expired", _("The time to buy at this price is over."))


# --- offers -----------------------------------------------------------------------------------


def offers_for_viewing(by: User, *, role: str = "", state: str = "", listing: int | None = None) -> QuerySet[Offer]:
    """Those in which `by` buys or sells. `role`: "buyer" or "seller" for one of the two."""
    mine = {"buyer": Q(buyer=by), "seller": Q(listing__shop__owner=by)}
    rows = _OFFERS.filter(mine.get(role) or mine["buyer"] | mine["seller"])
    rows = rows.filter(state=state) if state else rows
    return rows.filter(listing=listing) if listing else rows


def offer_for_viewing(by: User, offer_id: int) -> Offer:
    """For its two sides alone, with all that it is shown with but its steps. Raises NotFound("offer_not_found")."""
    offer = offers_for_viewing(by).filter(pk=_checked(offer_id, "offer_not_found")).first()
    if offer is None:
        raise NotFound("offer_not_found")
    return offer


def side_of(offer: Offer, by: User) -> Offer.Side:
    """Of one of the two."""
    return Offer.Side.BUYER if offer.buyer_id == by.pk else Offer.Side.SELLER


def require_dealing(by: User, other: User) -> None:
    """Raises Forbidden("blocked_by_you" or "privacy") between people who blocked each other, and for who is gone."""
    if has_blocked(by, other):
        raise Forbidden("blocked_by_you", _("You have blocked this person."))
    if not other.is_active or is_blocked(by, other):
        # The same for a block and for an account that is closed: nobody learns that they are blocked.
        raise Forbidden("privacy", _("This person cannot be dealt with now."))


# --- before the order -------------------------------------------------------------------------


def cart_line_for_editing(by: User, line_id: int) -> CartLine:
    """Raises NotFound("cart_line_not_found")."""
    rows = CartLine.objects.select_related("variant__listing__shop__owner")
    line = rows.filter(pk=_checked(line_id, "cart_line_not_found"), user=by).first()
    if line is None:
        raise NotFound("cart_line_not_found")
    return line


def address_for_using(by: User, address_id: int) -> Address:
    """One's own. Raises NotFound("address_not_found")."""
    address = Address.objects.filter(pk=_checked(address_id, "address_not_found"), user=by).first()
    if address is None:
        raise NotFound("address_not_found")
    return address


def coupon_for_editing(by: User, coupon_id: int) -> Coupon:
    """Of one's own shop. Raises NotFound("coupon_not_found")."""
    rows = Coupon.objects.select_related("shop")
    coupon = rows.filter(pk=_checked(coupon_id, "coupon_not_found"), shop__owner=by).first()
    if coupon is None:
        raise NotFound("coupon_not_found")
    return coupon


def coupons_for_editing(by: User) -> QuerySet[Coupon]:
    return Coupon.objects.select_related("shop").filter(shop=own_shop(by))


# --- reviews ----------------------------------------------------------------------------------


def order_for_reviewing(by: User, order_id: int) -> tuple[Order, Review.Side]:
    """For its buyer and its seller. Raises NotFound("order_not_found")."""
    rows = Order.objects.select_related("shop", "buyer", "seller")
    order = rows.filter(pk=_checked(order_id, "order_not_found")).filter(Q(buyer=by) | Q(seller=by)).first()
    if order is None:
        raise NotFound("order_not_found")
    return order, Review.Side.BUYER if order.buyer_id == by.pk else Review.Side.SELLER


def review_for_viewing(by: User, review_id: int) -> Review:
    """A published one: of a shop for everybody, of a buyer as buyer_for_viewing() says. Raises NotFound."""
    rows = Review.objects.select_related("author", "order", "about_shop").exclude(published_at=None)
    review = rows.filter(pk=_checked(review_id, "review_not_found"), removed_at=None).first()
    if review is None:
        raise NotFound("review_not_found")
    if review.about_user_id is not None:
        buyer_for_viewing(by, review.about_user_id)
    return review


def review_for_answering(by: User, review_id: int) -> Review:
    """A published one about `by` or their shop. Raises NotFound("review_not_found")."""
    rows = Review.objects.select_related("about_shop", "author").exclude(published_at=None)
    about_me = Q(about_user=by) | Q(about_shop__owner=by)
    review = rows.filter(about_me, pk=_checked(review_id, "review_not_found"), removed_at=None).first()
    if review is None:
        raise NotFound("review_not_found")
    return review


def buyer_for_viewing(by: User, user_id: int) -> User:
    """Whose reviews as a buyer `by` may read: one's own, and of people who buy, ask or offer in one's shop.

    Raises NotFound("user_not_found").
    """
    user = User.objects.filter(pk=_checked(user_id, "user_not_found"), deleted_at=None).first()
    if user is None:
        raise NotFound("user_not_found")
    if user.pk == by.pk or is_moderator(by):
        return user
    has_bought = Order.objects.filter(buyer=user, seller=by).exists()
    if not has_bought and not Offer.objects.filter(buyer=user, listing__shop__owner=by).exists():
        raise NotFound("user_not_found")
    return user
