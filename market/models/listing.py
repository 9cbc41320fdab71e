"""What is for sale: the listing, its variants with price and photo, its pictures."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from market.models.category import Category
from market.models.shop import DeliveryOption, Shop
from messenger.models import Attachment, Chat


class ListingQuerySet(models.QuerySet["Listing"]):
    def visible(self, now: datetime | None = None) -> "ListingQuerySet":
        """What everybody may see and search: published and not expired, in a shop that is there."""
        return self.filter(state=Listing.State.PUBLISHED, expires_at__gt=now or timezone.now(), shop__closed_at=None)


class Listing(models.Model):
    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")
        DIGITAL = "digital", _("Digital goods")
        COURSE = "course", _("Course")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("a listing", "Draft")
        PUBLISHED = "published", pgettext_lazy("a listing", "Published")
        PAUSED = "paused", pgettext_lazy("a listing", "Paused")
        SOLD = "sold", pgettext_lazy("a listing", "Sold")
        EXPIRED = "expired", pgettext_lazy("a listing", "Expired")
        REMOVED = "removed", pgettext_lazy("a listing", "Removed by moderators")
        DELETED = "deleted", pgettext_lazy("a listing", "Deleted")

    class Condition(models.TextChoices):
        NEW = "new", pgettext_lazy("condition", "New")
        LIKE_NEW = "like_new", pgettext_lazy("condition", "Like new")
        GOOD = "good", pgettext_lazy("condition", "Good")
        FAIR = "fair", pgettext_lazy("condition", "Fair")
        PARTS = "parts", pgettext_lazy("condition", "For parts")

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="listings")
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="listings")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.GOODS)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=120, blank=True)  # only drafts may lack one
    description = models.TextField(max_length=10_000, blank=True)
    condition = models.CharField(max_length=8, choices=Condition.choices, blank=True)
    attributes = models.JSONField(default=dict, blank=True)  # key -> value, as the category's attributes say
    currency = models.CharField(max_length=3)  # the shop's
    # Of the cheapest and the dearest active variant; null: on request (services). Written with the variants.
    price_minor = models.BigIntegerField(null=True)
    price_max_minor = models.BigIntegerField(null=True)
    takes_offers = models.BooleanField(default=True)
    max_per_buyer = models.PositiveIntegerField(null=True, blank=True)
    delivery_options = models.ManyToManyField(DeliveryOption, blank=True, related_name="listings")

    # Where it is, never more exactly than an H3 cell of resolution 7 (some 5 km2), and the cells around that one.
    cell_7 = models.BigIntegerField(null=True)
    cell_6 = models.BigIntegerField(null=True)
    cell_5 = models.BigIntegerField(null=True)
    cell_4 = models.BigIntegerField(null=True)
    latitude = models.FloatField(null=True)  # of the cell's centre, degrees
    longitude = models.FloatField(null=True)
    place = models.CharField(max_length=80, blank=True)  # as the seller calls it

    # What a buyer of digital goods gets in the order's thread, and the class that a course lets in to.
    digital_text = models.TextField(max_length=10_000, blank=True)
    course_chat = models.ForeignKey(Chat, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    # Whether some of its delivery options send it or hand it over; written by market/finding/index.py.
    is_shipped = models.BooleanField(default=False)
    is_handed_over = models.BooleanField(default=False)
    has_stock = models.BooleanField(default=True)  # something can be bought now; written by market/stock.py
    view_count = models.PositiveIntegerField(default=0)
    favourite_count = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)  # raised by each edit
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True)  # first; the order of "newest"
    expires_at = models.DateTimeField(null=True, blank=True)
    was_reminded = models.BooleanField(default=False)  # that it expires soon
    # Words in it that a moderator wants to see first (market/rules.py); it is published once they let it pass.
    is_in_review = models.BooleanField(default=False)
    external_id = models.CharField(max_length=64, blank=True)  # of CSV imports: the seller's own number

    objects = ListingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "-published_at"], name="listing_newest"),
            models.Index(fields=["shop", "state", "-published_at"], name="listing_of_shop"),
            models.Index(fields=["category", "state", "price_minor"], name="listing_of_category"),
            models.Index(fields=["state", "price_minor"], name="listing_by_price"),
            models.Index(fields=["expires_at"], condition=models.Q(state="published"), name="listing_expiring"),
            models.Index(fields=["id"], condition=models.Q(is_in_review=True), name="listing_in_review"),
            models.Index(fields=["cell_7"], name="listing_cell_7"),
            models.Index(fields=["cell_6"], name="listing_cell_6"),
            models.Index(fields=["cell_5"], name="listing_cell_5"),
            models.Index(fields=["cell_4"], name="listing_cell_4"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price_minor__isnull=True) | models.Q(price_minor__gte=0), name="listing_price_from_0"
            ),
            models.UniqueConstraint(
                fields=["shop", "external_id"],
                condition=~models.Q(external_id="") & ~models.Q(state="deleted"),
                name="listing_external_id_once",
            ),
        ]
        verbose_name = _("listing")
        verbose_name_plural = _("listings")

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"

    @property
    def is_visible(self) -> bool:
        """The same as ListingQuerySet.visible() of one; needs `shop` loaded."""
        return (
            self.state == self.State.PUBLISHED
            and self.expires_at is not None
            and self.expires_at > timezone.now()
            and self.shop.closed_at is None
        )

    @property
    def is_free(self) -> bool:
        return self.price_minor == 0

    @property
    def is_delivered_online(self) -> bool:
        return self.kind in (self.Kind.DIGITAL, self.Kind.COURSE)


class ListingPhoto(models.Model):
    """Up to twelve of a listing, in order. The worker makes four WebP sizes, then lets the upload go."""

    class State(models.TextChoices):
        PROCESSING = "processing", _("Processing")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="photos")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROCESSING)
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(max_length=200, blank=True)
    source = models.FileField(upload_to="listing-sources", blank=True, max_length=120)  # until it is processed
    key = models.CharField(max_length=40, unique=True)  # random; the files are listing-photos/<key>-<size>.webp
    # {"tiny": [w, h], "small": [w, h], "medium": [w, h], "large": [w, h]}: 160, 480, 960, 1920 on the longest edge
    sizes = models.JSONField(default=dict, blank=True)
    thumb = models.TextField(blank=True, default="")  # a data: address of at most 800 bytes
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["position", "id"]


class Variant(models.Model):
    """What is actually bought. Every listing has at least one; a plain listing's only one has no name."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="variants")
    name = models.CharField(max_length=80, blank=True)  # "Red, L"
    sku = models.CharField(max_length=64, blank=True)
    price_minor = models.BigIntegerField(null=True)  # in the listing's currency; null: on request
    photo = models.ForeignKey(ListingPhoto, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_stock_tracked = models.BooleanField(default=True)  # false: any number can be sold, there is no Stock
    low_stock_at = models.PositiveIntegerField(default=0)  # tell the seller when so many are left; 0: never
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price_minor__isnull=True) | models.Q(price_minor__gte=0), name="variant_price_from_0"
            ),
            models.UniqueConstraint(
                fields=["listing", "sku"],
                condition=~models.Q(sku="") & models.Q(is_active=True),
                name="variant_sku_once",
            ),
            models.UniqueConstraint(
                fields=["listing", "name"], condition=models.Q(is_active=True), name="variant_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.listing)


class ListingFile(models.Model):
    """A file that buyers of digital goods are given."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="files")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["listing", "attachment"], name="listing_file_once")]
