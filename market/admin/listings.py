"""Listings: what is for sale, taken away and given back with a reason."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from market.actions.publishing import remove_listing, restore_listing
from market.admin.desk import NOTHING, Moderated, Verdict, amount, link, table, words
from market.models import Listing
from market.serializers.orders import photo_url
from moderation.desk import ReasonForm, apply, given_reason, moderator
from moderation.models import Report


@admin.register(Listing)
class ListingAdmin(Moderated):
    action_form = ReasonForm
    list_display = ("title_shown", "shop_shown", "price_shown", "kind", "state_shown", "published_at")
    list_filter = ("state", "is_in_review", "kind", "created_at")
    search_fields = ("^title", "=shop__owner__handle", "=id")
    search_help_text = _("The beginning of a title, a whole handle, or the number of the listing.")
    list_select_related = ("shop__owner",)
    ordering = ("-pk",)
    fields = (
        "title", "state_shown", "shop_shown", "category", "kind", "condition", "price_shown", "place",
        "description_shown", "photos_shown", "variants_shown", "online_shown", "view_count", "favourite_count",
        "created_at", "published_at", "expires_at", "reports_shown",
    )  # fmt: skip
    readonly_fields = (
        "state_shown", "shop_shown", "price_shown", "description_shown", "photos_shown", "variants_shown",
        "online_shown", "reports_shown",
    )  # fmt: skip
    actions = ("remove", "restore")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Listing]:
        """Drafts are their seller's own, but for those that wait for a moderator."""
        found = super().get_queryset(request).exclude(state=Listing.State.DELETED)
        return found.exclude(state=Listing.State.DRAFT, is_in_review=False)

    def verdicts(self, obj: Listing) -> Sequence[Verdict]:
        if obj.state == Listing.State.REMOVED:
            return (Verdict("restore", _("Restore")),)
        return (Verdict("remove", _("Remove it"), True),)

    @admin.display(description=_("title"), ordering="title")
    def title_shown(self, listing: Listing) -> str:
        return str(listing)

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, listing: Listing) -> str:
        waits = _("a moderator has to look first") if listing.is_in_review else ""
        return f"{listing.get_state_display()} ({waits})" if waits else listing.get_state_display()

    @admin.display(description=_("shop"))
    def shop_shown(self, listing: Listing) -> SafeString | str:
        return format_html("{} @{}", link(listing.shop), listing.shop.owner.handle)

    @admin.display(description=_("price"), ordering="price_minor")
    def price_shown(self, listing: Listing) -> SafeString | str:
        return amount(listing.price_minor, listing.currency)

    @admin.display(description=_("description"))
    def description_shown(self, listing: Listing) -> SafeString | str:
        return words(listing.description)

    @admin.display(description=_("delivered online"))
    def online_shown(self, listing: Listing) -> SafeString | str:
        return words(listing.digital_text)

    @admin.display(description=_("photos"))
    def photos_shown(self, listing: Listing) -> SafeString | str:
        ready = (
            (photo_url(photo.key, "large"), photo_url(photo.key), photo.alt)
            for photo in listing.photos.filter(state="ready")
        )
        shown = format_html_join("", '<a href="{}"><img src="{}" alt="{}" loading="lazy"></a>', ready)
        return format_html('<div class="pictures">{}</div>', shown) if shown else NOTHING

    @admin.display(description=_("variants"))
    def variants_shown(self, listing: Listing) -> SafeString | str:
        rows = (
            (one.name or NOTHING, one.sku or NOTHING, amount(one.price_minor, listing.currency), _stock(one))
            for one in listing.variants.select_related("stock").filter(is_active=True)
        )
        return table((_("name"), "SKU", _("price"), _("available")), rows)

    @admin.display(description=_("reports"))
    def reports_shown(self, listing: Listing) -> SafeString | str:
        reports = Report.objects.filter(target_kind="listing", target_id=listing.pk).order_by("-pk")[:20]
        rows = (
            (link(one, one.get_reason_display()), one.get_state_display(), one.note, one.created_at) for one in reports
        )
        return table((_("reason"), _("state"), _("note"), _("when")), rows)

    @admin.action(description=_("Remove"), permissions=["moderate"])
    def remove(self, request: HttpRequest, chosen: QuerySet[Listing]) -> None:
        if reason := given_reason(request):
            by = moderator(request)
            apply(request, chosen, lambda one: remove_listing(by=by, listing_id=one.pk, reason=reason))

    @admin.action(description=_("Restore"), permissions=["moderate"])
    def restore(self, request: HttpRequest, chosen: QuerySet[Listing]) -> None:
        if reason := given_reason(request):
            by = moderator(request)
            apply(request, chosen, lambda one: restore_listing(by=by, listing_id=one.pk, reason=reason))


def _stock(variant: object) -> object:
    stock = getattr(variant, "stock", None)
    return "∞" if stock is None else stock.available
