"""How people come back to what they want: favourites, saved searches, what they looked at; and what is counted."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from market.models.listing import Listing


class Favourite(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="favourites")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="favourites")
    price_minor = models.BigIntegerField(null=True)  # when it was marked, or last told: an alert says how much less
    wants_alert = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "listing"], name="favourite_once")]
        indexes = [models.Index(fields=["user", "-id"], name="favourite_of_user")]


class SavedSearch(models.Model):
    """A search that goes on: a message in Saved messages tells of each new match."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=80)
    query = models.JSONField()  # as the search takes it: q, category, price_min, near …
    fingerprint = models.CharField(max_length=64)  # sha256 of the query
    is_active = models.BooleanField(default=True)
    # Are all hits of the day it was saved among its matches? Else older listings are no news to it, however edited.
    knows_all = models.BooleanField(default=True)
    match_count = models.PositiveIntegerField(default=0)
    last_match_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # the last message; the next waits a while, and tells of all since
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "fingerprint"], name="saved_search_once")]


class SavedSearchKey(models.Model):
    """The inverse index: a listing looks up the searches that could mean it, by its rarest word or its category."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=60, db_index=True)  # "w:bicycl", "c:home/furniture/", "*"


class SavedSearchMatch(models.Model):
    """Told once, however often the listing is edited."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="matches")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "listing"], name="saved_search_match_once")]


class RecentView(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recent_views")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    viewed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "listing"], name="recent_view_once")]
        indexes = [models.Index(fields=["user", "-viewed_at"], name="recent_view_of_user")]


class ListingDay(models.Model):
    """What happened to a listing on one day, for the seller's picture."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    view_count = models.PositiveIntegerField(default=0)
    cart_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "day"], name="listing_day_once")]
