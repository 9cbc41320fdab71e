"""What a deleted account leaves in the market: nothing for sale, nothing kept; the books of what was sold and bought.

Orders, invoices and the ledger stay, with the names and addresses that are on them: the law asks both sides to keep
them for years (docs/market-data.md). What nobody asks for goes: notes, telephone numbers, wishes, drafts, pictures.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from core.images import remove_photo
from market import outbox
from market.actions.offers import end_offers
from market.actions.quotes import cancel_open_quotes
from market.models import (
    Address,
    CartLine,
    Favourite,
    Listing,
    ListingFile,
    ListingImport,
    ListingPhoto,
    Order,
    RecentView,
    SavedSearch,
    Shop,
    ShopFollow,
    WebhookEndpoint,
)
from market.places import Spot
from market.tasks.photos import discard_photo

_OVER = (Order.State.COMPLETED, Order.State.CANCELLED, Order.State.EXPIRED, Order.State.REFUNDED)
_EMPTIED = (
    "name", "about", "shipping_policy", "return_policy", "holiday_note", "away_message",
)  # fmt: skip
_OF_BUSINESS = ("legal_name", "legal_address", "tax_id", "payout_account")


def depart(user: User, delete_messages: bool) -> None:
    """Each thing in a transaction of its own. Safe to run twice, and to stop in between."""
    end_offers(user)
    cancel_open_quotes(user)
    _forget_wishes(user)
    shop = Shop.objects.filter(owner=user).first()
    if shop is not None:
        _close(shop)
        for listing in Listing.objects.filter(shop=shop).exclude(state=Listing.State.DELETED).order_by("pk"):
            _withdraw(listing)
    _thin_out_orders(user)


def _forget_wishes(user: User) -> None:
    for model in (CartLine, Address, SavedSearch, RecentView):
        model.objects.filter(user=user).delete()  # type: ignore[attr-defined]
    for favourite in Favourite.objects.filter(user=user).order_by("pk"):
        with transaction.atomic():
            if Favourite.objects.filter(pk=favourite.pk).delete()[0]:
                rows = Listing.objects.filter(pk=favourite.listing_id, favourite_count__gt=0)
                rows.update(favourite_count=F("favourite_count") - 1)
    for follow in ShopFollow.objects.filter(user=user).order_by("pk"):
        with transaction.atomic():
            if ShopFollow.objects.filter(pk=follow.pk).delete()[0]:
                rows_of_shop = Shop.objects.filter(pk=follow.shop_id, follower_count__gt=0)
                rows_of_shop.update(follower_count=F("follower_count") - 1)


def _close(shop: Shop) -> None:
    """Who sold is on each order; the shop itself keeps only what money that is still to come needs."""
    with transaction.atomic():
        shop = Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)
        emptied = _EMPTIED if Order.objects.filter(shop=shop).exists() else (*_EMPTIED, *_OF_BUSINESS)
        for name in emptied:
            setattr(shop, name, "")
        shop.closed_at, shop.is_away = shop.closed_at or timezone.now(), False
        if shop.photo:
            remove_photo(shop.photo)
        shop.save(update_fields=[*emptied, "closed_at", "is_away", "photo"])
        shop.quick_replies.all().delete()
        shop.delivery_options.update(is_active=False)
        shop.coupons.update(is_active=False)
        ShopFollow.objects.filter(shop=shop).delete()
        ListingImport.objects.filter(shop=shop).delete()
        WebhookEndpoint.objects.filter(shop=shop).delete()


def _withdraw(listing: Listing) -> None:
    with transaction.atomic():
        rows = Listing.objects.filter(pk=listing.pk).exclude(state=Listing.State.DELETED)
        if not rows.update(
            state=Listing.State.DELETED, is_in_review=False, place="", digital_text="", **dict.fromkeys(Spot._fields)
        ):
            return
        for key in list(ListingPhoto.objects.filter(listing=listing).values_list("key", flat=True)):
            discard_photo.enqueue(key=key)
        ListingPhoto.objects.filter(listing=listing).delete()
        ListingFile.objects.filter(listing=listing).delete()
        outbox.put("listing.deleted", listing=listing)


def _thin_out_orders(user: User) -> None:
    """Of what the person bought and is over: not what they wrote to the seller, nor where to call them."""
    for order in Order.objects.filter(buyer=user, state__in=_OVER).only("pk", "address", "note").iterator():
        address = {name: value for name, value in order.address.items() if name != "phone"}
        if order.note or address != order.address:
            Order.objects.filter(pk=order.pk).update(note="", address=address)
