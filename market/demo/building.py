"""Puts the market of the demo together, once: shops and listings first, then what people did with them."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from market.demo.chats import course_chats
from market.demo.drawing.printing import Darkroom
from market.demo.interest import show_interest
from market.demo.reading import read_shops
from market.demo.stocking import hang_pictures, make_listings, make_shops, plan_shelves
from market.demo.trading import Trade, read_deals
from market.models import Listing, ListingPhoto, Shop
from market.tasks.money import move_what_is_due

_UNHUNG = Q(thumb="", state=ListingPhoto.State.READY)  # of the demo: its picture and its thumb come together


def can_be_built() -> bool:
    """Into a database that has the people of the demo, and no market yet."""
    return User.objects.filter(handle="alice", email="alice@example.com").exists() and not Listing.objects.exists()


def build(*, count: int | None = None, now: datetime | None = None) -> dict[str, int]:
    """How many of what were made. `count` listings, or all that are written. Dates are counted back from now.

    The shops are one transaction; what people did is many, as in life: no provider is asked inside of one. Meanwhile
    other processes draw the pictures.
    """
    now = now or timezone.now()
    people = {user.handle.partition("_")[0]: user for user in User.objects.all()}
    notes = read_shops()
    with transaction.atomic():
        shops = make_shops(notes, people, now)
        shelves = list(plan_shelves(notes, shops, course_chats(notes, people), now, count))
        darkroom = Darkroom(order for shelf in shelves for order in shelf.orders)
        make_listings(shelves)
    trade = Trade(people, now)
    orders = trade.play(read_deals())
    hang_pictures(shelves, darkroom.collect())
    show_interest(people, now, trade.do)
    trade.do(now, move_what_is_due)  # so that nothing is overdue
    trade.clock.settle()
    photos = sum(len(shelf.photos) for shelf in shelves)
    return {"listings": len(shelves), "photos": photos, "orders": orders}


def mend_pictures(*, now: datetime | None = None) -> int:
    """Draw what is missing when the first start was stopped while pictures were drawn; how many."""
    if not ListingPhoto.objects.filter(_UNHUNG).exists():
        return 0
    theirs = {shop.owner.handle.partition("_")[0]: shop for shop in Shop.objects.select_related("owner")}
    notes = [note for note in read_shops() if note.alias in theirs]
    bare: dict[tuple[int, str], list[ListingPhoto]] = {}
    for photo in ListingPhoto.objects.filter(_UNHUNG).select_related("listing").order_by("listing", "position"):
        bare.setdefault((photo.listing.shop_id, photo.listing.title), []).append(photo)
    shelves = []
    for shelf in plan_shelves(notes, theirs, {}, now or timezone.now(), None):
        shelf.photos = bare.get((shelf.listing.shop_id, shelf.listing.title), [])
        if len(shelf.photos) == len(shelf.orders):
            shelves.append(shelf)
    hang_pictures(shelves, Darkroom(order for shelf in shelves for order in shelf.orders).collect())
    return sum(len(shelf.photos) for shelf in shelves)
