"""What crawlers and shopping sites fetch: sitemaps, and Google Merchant feeds of one shop and of all.

Only what everybody may see. A page of the sitemap is a stretch of ids, so that it stays the same while listings come; a
feed is read from the database as it is sent, a few hundred listings at a time, however many there are.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.cache import cache
from django.db.models import F, Max, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core import limits
from core.addresses import address_block, client_address
from core.errors import NotFound
from core.executor import in_database
from market.access.listings import shop_for_viewing
from market.merchant import CHUNK, feed_items
from market.models import Category, Listing, Shop
from market.serializers.listings import listing_url
from market.xmltext import clean

PER_PAGE = 5_000  # ids
_KEPT = 3_600  # seconds
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_cached = cache_control(public=True, max_age=_KEPT)


def base_of(request: HttpRequest) -> str:
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def _xml(body: str) -> HttpResponse:
    # The sitemap is for finding pages, not to be found itself.
    return HttpResponse(_XML + body, content_type="application/xml; charset=utf-8", headers={"X-Robots-Tag": "noindex"})


# --- sitemap --------------------------------------------------------------------------------------


@require_safe
@_cached
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Which pages there are, and when something on them changed last."""
    base = base_of(request)
    pages = cache.get_or_set("market:sitemap", _pages, _KEPT) or []
    entries = [_entry("sitemap", f"{base}/market/sitemap-categories.xml")]
    entries += [_entry("sitemap", f"{base}/market/sitemap-{number}.xml", changed) for number, changed in pages]
    return _xml(f'<sitemapindex xmlns="{_SITEMAPS}">{"".join(entries)}</sitemapindex>')


def _pages() -> list[tuple[int, datetime]]:
    rows = Listing.objects.visible().order_by().annotate(page=F("pk") / PER_PAGE)
    return sorted(rows.values_list("page").annotate(changed=Max("updated_at")))


@require_safe
@_cached
def sitemap_page(request: HttpRequest, number: int) -> HttpResponse:
    base = base_of(request)
    if not 0 <= number < 2**63 // PER_PAGE:
        raise NotFound()
    rows = Listing.objects.visible().filter(pk__gte=number * PER_PAGE, pk__lt=(number + 1) * PER_PAGE)
    entries = [
        _entry("url", f"{base}{listing_url(listing)}", listing.updated_at)
        for listing in rows.only("pk", "title", "updated_at", "shop_id", "state").order_by("pk")
    ]
    if not entries:
        raise NotFound()
    return _xml(f'<urlset xmlns="{_SITEMAPS}">{"".join(entries)}</urlset>')


@require_safe
@_cached
def sitemap_categories(request: HttpRequest) -> HttpResponse:
    base = base_of(request)
    entries = [_entry("url", f"{base}/market/")]
    paths = Category.objects.filter(is_active=True).order_by("path").values_list("path", flat=True)
    entries += [_entry("url", f"{base}/market/c/{path}") for path in paths]
    shops = Shop.objects.filter(pk__in=Listing.objects.visible().values("shop")).order_by("-pk")
    entries += [_entry("url", f"{base}/market/shops/{pk}") for pk in shops.values_list("pk", flat=True)[:PER_PAGE]]
    return _xml(f'<urlset xmlns="{_SITEMAPS}">{"".join(entries)}</urlset>')


def _entry(name: str, address: str, changed: datetime | None = None) -> str:
    when = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
    return f"<{name}><loc>{escape(address)}</loc>{when}</{name}>\n"


# --- Google Merchant ------------------------------------------------------------------------------


@require_safe
def merchant_feed(request: HttpRequest, shop_id: int | None = None) -> HttpResponseBase:
    """RSS 2.0 with Google's names, for the whole market or one shop."""
    limits.check("feed", address_block(client_address(request)))
    base = base_of(request)
    rows, title = Listing.objects.visible(), "Tenfold"
    address = f"{base}/market/"
    if shop_id is not None:
        shop = shop_for_viewing(None, shop_id)
        rows, title, address = rows.filter(shop=shop), shop.name, f"{base}/market/shops/{shop.pk}"
    head = (
        f'{_XML}<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>'
        f"<title>{clean(title)}</title><link>{escape(address)}</link><description>{clean(title)}</description>\n"
    )
    response = StreamingHttpResponse(
        _Feed(head, rows, base), content_type="application/xml; charset=utf-8", headers={"X-Robots-Tag": "noindex"}
    )
    response["Cache-Control"] = f"public, max-age={_KEPT}"
    return response


class _Feed:
    """Each piece is read when the one before it was sent."""

    def __init__(self, head: str, rows: "QuerySet[Listing]", base: str) -> None:
        self.head, self.rows, self.base = head, rows, base

    def _next(self, after: int) -> tuple[str, int]:
        listings: Sequence[Listing] = list(self.rows.filter(pk__gt=after).order_by("pk")[:CHUNK])
        return "".join(feed_items(listings, self.base)), listings[-1].pk if len(listings) == CHUNK else 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.head.encode()
        after = 0
        while True:
            piece, after = await in_database(self._next, after)
            yield piece.encode()
            if not after:
                break
        yield b"</channel></rss>\n"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Where the sitemap is, and what is nobody's business: searches without end, carts, orders."""
    closed: Iterable[str] = ("/market/cart/", "/market/checkout", "/market/orders/", "/market/sell/", "/api/", "/c/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    text = "\n".join([*lines, f"Sitemap: {base_of(request)}/market/sitemap.xml", ""])
    return HttpResponse(
        text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "public, max-age=3600"}
    )
