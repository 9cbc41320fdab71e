"""What listings need loaded before they are shown: a constant number of queries for any number of them."""

from collections.abc import Sequence

from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.models import User
from market.models import DeliveryOption, Favourite, Listing, ListingPhoto, Shop, Variant


def load_cards(listings: Sequence[Listing]) -> None:
    """Shop, owner, category, photos, active variants with stock, active delivery options. At most eight queries."""
    prefetch_related_objects(
        list(listings),
        "shop__owner",
        "category",
        Prefetch("photos", queryset=ListingPhoto.objects.order_by("position", "id")),
        Prefetch("variants", queryset=Variant.objects.filter(is_active=True).select_related("stock")),
        Prefetch("delivery_options", queryset=DeliveryOption.objects.filter(is_active=True)),
    )


def common_options(listings: Sequence[Listing]) -> list[DeliveryOption]:
    """The ways that all goods among these listings of one shop can go, in its order; none when nothing is sent.

    Needs active `delivery_options` loaded.
    """
    goods = [listing for listing in listings if listing.kind == Listing.Kind.GOODS]
    if not goods:
        return []
    shared = set.intersection(*({option.pk for option in one.delivery_options.all()} for one in goods))
    return [option for option in goods[0].delivery_options.all() if option.is_active and option.pk in shared]


def favourites_among(by: User, listings: Sequence[Listing]) -> set[int]:
    """The ids of those among the listings that this person has marked. One query."""
    ids = [listing.pk for listing in listings]
    return set(Favourite.objects.filter(user=by, listing__in=ids).values_list("listing_id", flat=True))


def own_listings(by: User, state: str = "") -> QuerySet[Listing]:
    """What a person sells or has sold, deleted ones left out; of one state only when it is given."""
    rows = Listing.objects.filter(shop__owner=by).exclude(state=Listing.State.DELETED)
    return rows.filter(state=state) if state else rows


def own_counts(by: User) -> dict[str, int]:
    """How many of one's listings are in each state. One query."""
    states = [state for state in Listing.State.values if state != Listing.State.DELETED]
    counts = {state: Count("pk", filter=Q(state=state)) for state in states}
    return Listing.objects.filter(shop__owner=by).aggregate(**counts)


def visible_count(shop: Shop) -> int:
    return Listing.objects.visible().filter(shop=shop).count()
