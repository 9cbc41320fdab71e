"""What documents of listings are made from, in a constant number of queries."""

from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, QuerySet

from market.finding.document import Surroundings
from market.models import Category, DeliveryOption, Listing, Variant
from market.queries.categories import ancestor_paths, attributes_of_paths


def load(ids: Sequence[int]) -> QuerySet[Listing]:
    return (
        Listing.objects.filter(pk__in=ids)
        .select_related("shop")
        .prefetch_related(
            Prefetch("variants", queryset=Variant.objects.filter(is_active=True)),
            Prefetch("delivery_options", queryset=DeliveryOption.objects.filter(is_active=True)),
        )
        .order_by("pk")
    )


def surroundings(listings: Iterable[Listing]) -> Surroundings:
    """Two queries, or three."""
    ids = {listing.category_id for listing in listings if listing.category_id}
    if not ids:
        return Surroundings({}, {})
    own = dict(Category.objects.filter(pk__in=ids).values_list("pk", "path"))
    above = {path: ancestor_paths(path) for path in own.values()}
    every = {one for paths in above.values() for one in paths}
    by_path = {category.path: category for category in Category.objects.filter(path__in=every)}
    attributes = attributes_of_paths(own.values())
    return Surroundings(
        {pk: [by_path[one] for one in above[path] if one in by_path] for pk, path in own.items()},
        {pk: attributes[path] for pk, path in own.items()},
    )
