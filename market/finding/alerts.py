"""What people are told of by themselves: a cheaper favourite, news for a saved search, new goods of a shop they follow.

It stands in their Saved messages, from the service: the card of the listing, live as all cards, and a line above it.
"""

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Q
from django.utils import translation

from accounts.models import Block, User
from market.cards import listing_snapshot
from market.models import Listing
from messenger.actions.cards import Card, post_card
from messenger.actions.chats import open_saved

SHOWN = 3  # cards of one message's worth of news
_NAMES = uuid.UUID("0f8a2e64-3c1b-4d62-9d2a-5b7a9c3e1f70")


def alert(user: User, listings: Sequence[Listing], text: str, *about: object) -> None:
    """Post the cards of at most SHOWN listings, the text with the first. `about` names it: the same is posted once.

    Needs `shop` with its owner loaded.
    """
    saved, _is_new = open_saved(by=user)
    for place, listing in enumerate(listings[:SHOWN]):
        name = ":".join(str(part) for part in (user.pk, *about, listing.pk))
        post_card(
            chat_id=saved.chat_id,
            card=Card(kind="listing", id=listing.pk, snapshot=listing_snapshot(listing)),
            client_id=uuid.uuid5(_NAMES, name),
            text=text if place == 0 else "",
        )


def speaking_to(user: User) -> translation.override:
    """As a `with`: in the language of this person."""
    return translation.override(user.language or settings.LANGUAGE_CODE)


def apart(users: Sequence[int], owner: int) -> set[int]:
    """Those who and the owner of a shop block each other. One query."""
    pairs = Block.objects.filter(Q(owner=owner, user__in=users) | Q(owner__in=users, user=owner))
    return {one for pair in pairs.values_list("owner_id", "user_id") for one in pair} - {owner}
