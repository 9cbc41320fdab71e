"""The moderators' first look at the market: disputes that wait, what has to be looked at, whether the books add up."""

from django import template

from market.models import BooksCheck, Dispute, Listing, Refund, Shop

register = template.Library()


@register.inclusion_tag("admin/market/_tiles.html")
def market_tiles() -> dict[str, object]:
    """Six small queries."""
    is_open = Dispute.objects.filter(outcome="")
    check = BooksCheck.objects.order_by("-checked_at", "-pk").first()
    return {
        "dispute_count": is_open.count(),
        "oldest": is_open.order_by("created_at").values_list("created_at", flat=True).first(),
        "review_count": Listing.objects.filter(is_in_review=True).count(),
        "refused_count": Refund.objects.filter(state=Refund.State.FAILED).count(),
        "frozen_count": Shop.objects.exclude(payouts_frozen_at=None).count(),
        "check": check,
        "broken_count": len(check.failures) if check else 0,
    }
