"""What machines read in our pages: JSON-LD of schema.org, and OpenGraph.

`base` is the address of the service ("https://example.org"): machines want whole addresses. A template writes the
JSON-LD with {% json_ld %}, which escapes what could end the script; it is data, so the content security policy does not
mind it.
"""

from collections.abc import Sequence
from typing import Any

from market.money import MoneyJSON, plain
from market.shapes.finding import CrumbJSON
from market.shapes.listings import ListingCardJSON, ListingJSON, PhotoJSON, ShopCardJSON

_CONTEXT = "https://schema.org"
_CONDITIONS = {"new": "NewCondition", "parts": "DamagedCondition"}  # all else is used
_SIZES = ("large", "medium", "small", "tiny")
_SUMMARY = 300  # characters
Facts = dict[str, Any]


def listing_structured(listing: ListingJSON, crumbs: Sequence[CrumbJSON], base: str) -> Facts:
    """The thing itself with its offer, and where it stands in the tree of categories."""
    thing = {
        "@type": _type(listing),
        "@id": f"{base}{listing['url']}#it",
        "name": listing["title"],
        "description": summary(listing["description"]) or listing["title"],
        "url": f"{base}{listing['url']}",
        "image": [address for photo in listing["photos"] if (address := image_of(photo, base))],
        "category": " > ".join(crumb["title"] for crumb in crumbs),
        **_particulars(listing, base),
        "offers": _offers(listing, base),
    }
    graph = [{name: value for name, value in thing.items() if value}]
    if crumbs:
        graph.append(breadcrumbs(crumbs, base))
    return {"@context": _CONTEXT, "@graph": graph}


def _type(listing: ListingCardJSON) -> str:
    return {"service": "Service", "course": "Course"}.get(listing["kind"], "Product")


def _particulars(listing: ListingJSON, base: str) -> Facts:
    seller = seller_structured(listing["shop"], base)
    if listing["kind"] == "service":
        return {"provider": seller, "areaServed": listing["place"]}
    if listing["kind"] == "course":
        return {"provider": seller}
    known = listing["attributes"]
    facts: Facts = {"sku": str(listing["id"])}
    if isinstance(brand := known.get("brand"), str):
        facts["brand"] = {"@type": "Brand", "name": brand}
    if isinstance(color := known.get("color"), str):
        facts["color"] = color
    if listing["kind"] == "goods":
        facts["itemCondition"] = condition_of(listing)
    facts["additionalProperty"] = [
        {"@type": "PropertyValue", "name": fact["label"], "value": fact["value"]} for fact in listing["facts"]
    ]
    return facts


def condition_of(listing: ListingCardJSON) -> str:
    """Of schema.org; "" when the seller did not say."""
    return f"{_CONTEXT}/{_CONDITIONS.get(listing['condition'], 'UsedCondition')}" if listing["condition"] else ""


def seller_structured(shop: ShopCardJSON, base: str) -> Facts:
    kind = "Organization" if shop["kind"] == "business" else "Person"
    facts: Facts = {"@type": kind, "name": shop["name"], "url": f"{base}/market/shops/{shop['id']}"}
    if kind == "Organization" and shop["rating"] is not None and shop["rating_count"]:
        facts["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": shop["rating"],
            "reviewCount": shop["rating_count"],
        }
    return facts


def _offers(listing: ListingJSON, base: str) -> Facts | None:
    """None without a price: what is on request is no offer."""
    price, highest = listing["price"], listing["price_max"]
    if price is None:
        return None
    offer: Facts = {
        "@type": "Offer",
        "url": f"{base}{listing['url']}",
        "priceCurrency": price["currency"],
        "availability": f"{_CONTEXT}/{'InStock' if listing['is_available'] else 'SoldOut'}",
        "seller": seller_structured(listing["shop"], base),
    }
    if listing["kind"] == "goods" and (condition := condition_of(listing)):
        offer["itemCondition"] = condition
    if highest is not None:
        ends = {"lowPrice": _amount(price), "highPrice": _amount(highest), "offerCount": len(listing["variants"])}
        return {**offer, "@type": "AggregateOffer", **ends}
    if listing["expires_at"]:
        offer["priceValidUntil"] = listing["expires_at"][:10]
    return {**offer, "price": _amount(price)}


def _amount(money: MoneyJSON) -> str:
    return plain(money["minor"], money["currency"])


def breadcrumbs(crumbs: Sequence[CrumbJSON], base: str) -> Facts:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": crumb["title"], "item": f"{base}/market/c/{crumb['path']}"}
            for place, crumb in enumerate(crumbs, 1)
        ],
    }


def list_structured(cards: Sequence[ListingCardJSON], crumbs: Sequence[CrumbJSON], base: str) -> Facts | None:
    """Of a page of hits, a category or a shop. None when it is empty."""
    if not cards:
        return None
    items = [
        {"@type": "ListItem", "position": place, "name": card["title"], "url": f"{base}{card['url']}"}
        for place, card in enumerate(cards, 1)
    ]
    graph: list[Facts] = [{"@type": "ItemList", "itemListElement": items}]
    if crumbs:
        graph.append(breadcrumbs(crumbs, base))
    return {"@context": _CONTEXT, "@graph": graph}


def open_graph(listing: ListingJSON, base: str) -> dict[str, str]:
    """Property -> content, for <meta property=… content=…>."""
    tags = {
        "og:type": "product",
        "og:title": listing["title"],
        "og:description": preview_of(listing),
        "og:url": f"{base}{listing['url']}",
        "og:site_name": "Tenfold",
    }
    if listing["photo"] and (image := image_of(listing["photo"], base)):
        tags["og:image"] = image
        tags["og:image:width"], tags["og:image:height"] = _measures(listing["photo"])
        tags["og:image:alt"] = listing["photo"]["alt"] or listing["title"]
    if (price := listing["price"]) is not None:
        tags["product:price:amount"] = _amount(price)
        tags["product:price:currency"] = price["currency"]
        tags["product:availability"] = "in stock" if listing["is_available"] else "out of stock"
    return {name: content for name, content in tags.items() if content}


def preview_of(listing: ListingJSON) -> str:
    """For search engines and previews: the price, and how the description begins."""
    price = listing["price"]["text"] if listing["price"] else ""
    return " · ".join(part for part in (price, summary(listing["description"])) if part)


def summary(text: str) -> str:
    """How it begins, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SUMMARY else f"{line[: _SUMMARY - 1].rstrip()}…"


def image_of(photo: PhotoJSON, base: str) -> str:
    """The largest; "" while there is none."""
    size = _largest(photo)
    return f"{base}{photo['sizes'][size]['url']}" if size else ""


def _measures(photo: PhotoJSON) -> tuple[str, str]:
    largest = photo["sizes"][_largest(photo)]
    return str(largest["width"]), str(largest["height"])


def _largest(photo: PhotoJSON) -> str:
    return next((size for size in _SIZES if size in photo["sizes"]), "")
