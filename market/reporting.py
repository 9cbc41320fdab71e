"""Listings and reviews can be reported: how they are found, kept as evidence, and taken away."""

from typing import Any, ClassVar

from accounts.models import User
from core import jsontext
from core.errors import Invalid
from market.access.listings import listing_for_viewing
from market.access.offers import review_for_viewing
from market.actions.publishing import remove_listing
from market.actions.reviews import remove_review
from market.rules import KIND
from market.serializers.listings import listing_json
from market.serializers.reviews import review_json
from moderation.targets import Target

_LABEL_CHARS = 120


class ReportableListing:
    kind: ClassVar[str] = KIND
    can_remove: ClassVar[bool] = True

    def fetch_for_reporting(self, by: User, data: dict[str, Any]) -> Target:
        """As everybody sees it, photos by their keys: nothing that only the seller may know."""
        if "listing" not in data:
            raise Invalid("listing_needed", field="listing")
        listing = listing_for_viewing(by, data["listing"])
        evidence = jsontext.decode(jsontext.encode({"listing": listing_json(listing)}))
        label = listing.title[:_LABEL_CHARS]
        return Target(id=listing.pk, subject=listing.shop.owner, evidence=evidence, label=label)

    def remove(self, by: User, target_id: int) -> None:
        remove_listing(by=by, listing_id=target_id)


class ReportableReview:
    kind: ClassVar[str] = "review"
    can_remove: ClassVar[bool] = True

    def fetch_for_reporting(self, by: User, data: dict[str, Any]) -> Target:
        if "review" not in data:
            raise Invalid("review_needed", field="review")
        review = review_for_viewing(by, data["review"])
        evidence = {"review": review_json(review), "order": review.order.number, "shop": review.about_shop_id}
        label = f"{review.stars}/5 {review.text}"[:_LABEL_CHARS]
        return Target(
            id=review.pk, subject=review.author, evidence=jsontext.decode(jsontext.encode(evidence)), label=label
        )

    def remove(self, by: User, target_id: int) -> None:
        """The rating of the shop is without it from now on."""
        remove_review(target_id)
