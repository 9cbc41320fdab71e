"""What only sellers see: their list, quick replies, imports; and the places that they type."""

from collections.abc import Sequence

from accounts.models import User
from accounts.serializers import timestamp
from market.models import Listing, ListingImport, QuickReply
from market.places import Town, spot_at
from market.serializers.listings import listing_cards_json
from market.shapes.listings import ImportJSON, OwnListingJSON, QuickReplyJSON, TownJSON


def own_listings_json(listings: Sequence[Listing], by: User) -> list[OwnListingJSON]:
    """At most nine queries, however many."""
    return [
        {
            **card,
            "revision": listing.revision,
            "view_count": listing.view_count,
            "favourite_count": listing.favourite_count,
            "expires_at": timestamp(listing.expires_at) if listing.expires_at else None,
            "is_in_review": listing.is_in_review,
            "external_id": listing.external_id,
        }
        for listing, card in zip(listings, listing_cards_json(listings, by), strict=True)
    ]


def quick_reply_json(reply: QuickReply) -> QuickReplyJSON:
    return {"id": reply.pk, "title": reply.title, "text": reply.text}


def town_json(town: Town) -> TownJSON:
    """Degrees of the middle of the cell, as a listing there would have them."""
    spot = spot_at(town.latitude, town.longitude)
    return {
        "name": town.name,
        "region": town.region,
        "country": town.country,
        "latitude": spot.latitude,
        "longitude": spot.longitude,
        "cell": f"{spot.cell_7:x}",
    }


def import_json(one: ListingImport) -> ImportJSON:
    return {
        "id": one.pk,
        "state": one.state,  # type: ignore[typeddict-item]
        "name": one.name,
        "row_count": one.row_count,
        "done_count": one.done_count,
        "created_count": one.created_count,
        "updated_count": one.updated_count,
        "unchanged_count": one.unchanged_count,
        "failed_count": one.failed_count,
        "errors": one.errors,
        "created_at": timestamp(one.created_at),
        "finished_at": timestamp(one.finished_at) if one.finished_at else None,
    }
