"""The tree of categories: what is counted in it, and which facts apply."""

from collections.abc import Iterable

from django.core.cache import cache
from django.db.models import Count
from django.utils import timezone

from market.models import Attribute, Category, Listing

_COUNTS_KEY, _COUNTS_SECONDS = "market:category-counts", 60


def ancestor_paths(path: str) -> list[str]:
    """ "home/garden/tools/" is below "home/", "home/garden/" and itself."""
    parts = path.strip("/").split("/")
    return ["/".join(parts[: length + 1]) + "/" for length in range(len(parts))]


def attributes_of(category: Category) -> list[Attribute]:
    """Of the category and all above it, the general ones first; a nearer one of the same key counts. One query."""
    return attributes_of_paths([category.path])[category.path]


def attributes_of_paths(paths: Iterable[str]) -> dict[str, list[Attribute]]:
    """The same for several categories. One query."""
    wanted = {path: ancestor_paths(path) for path in paths}
    every = {one for above in wanted.values() for one in above}
    found: dict[str, list[Attribute]] = {}
    for attribute in Attribute.objects.filter(category__path__in=every).select_related("category"):
        found.setdefault(attribute.category.path, []).append(attribute)
    result = {}
    for path, above in wanted.items():
        by_key = {attribute.key: attribute for one in above for attribute in found.get(one, [])}
        result[path] = list(by_key.values())
    return result


def category_counts() -> dict[str, int]:
    """How many visible listings are in each category and below it, by path. At most a minute old."""
    counts = cache.get(_COUNTS_KEY)
    if counts is None:
        counts = _count(timezone.now())
        cache.set(_COUNTS_KEY, counts, _COUNTS_SECONDS)
    return counts


def _count(now: object) -> dict[str, int]:
    rows = (
        Listing.objects.visible(now)  # type: ignore[arg-type]
        .exclude(category=None)
        .values_list("category__path")
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts: dict[str, int] = {}
    for path, count in rows:
        for one in ancestor_paths(path):
            counts[one] = counts.get(one, 0) + count
    return counts


def active_categories() -> list[Category]:
    """The whole tree, parents before what is below them. One query."""
    rows = list(Category.objects.filter(is_active=True).select_related("parent"))
    below: dict[int | None, list[Category]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    result: list[Category] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        category = waiting.pop()
        result.append(category)
        waiting += reversed(below.get(category.pk, []))
    return result
