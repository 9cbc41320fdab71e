"""Listings in conversations: shown to others, asked about, and answered by a shop that is away."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from core import limits
from core.errors import Conflict, DomainError, Invalid
from market.access.listings import listing_for_viewing
from market.cards import listing_card, listing_snapshot
from market.models import Listing, Shop
from messenger.actions.cards import Card, post_card
from messenger.actions.chats import open_direct
from messenger.actions.outgoing import Outgoing
from messenger.actions.pins import pin_message
from messenger.actions.sending import Outcome, Sent, send_message, send_messages
from messenger.models import Chat, Message

_NAMES = uuid.UUID("6f1d1c0e-93b4-4b39-9a4e-4f6a6d1f0b52")  # what our own client_ids are derived from


@dataclass(frozen=True)
class Unshared:
    """A chat that it did not reach, while it reached others."""

    chat: int
    error: DomainError


def derived_id(*parts: object) -> uuid.UUID:
    """The same parts give the same id, so that what is done twice is one message."""
    return uuid.uuid5(_NAMES, ":".join(str(part) for part in parts))


def share_listing(
    *, by: User, listing_id: int, chats: Sequence[int], client_ids: Sequence[uuid.UUID], text: str = ""
) -> tuple[list[Sent], list[Unshared]]:
    """As a card into each of the chats, with the same words. `client_ids`: one per chat, in their order.

    Raises NotFound("listing_not_found"), Invalid("too_many", "bad_client_ids"), and when no chat was reached what the
    first said.
    """
    if not chats or len(set(chats)) != len(chats) or len(chats) > limits.CHATS_PER_FORWARD:
        raise Invalid("too_many", _("That is too much at once."), limit=limits.CHATS_PER_FORWARD)
    if len(client_ids) != len(chats) or len(set(client_ids)) != len(client_ids):
        raise Invalid("bad_client_ids", _("One client_id for each copy."), count=len(chats))
    limits.check("forward", by.pk, cost=len(chats))
    card = listing_card(by, listing_id)
    batch = [
        Outgoing(by=by.pk, chat=chat, client_id=client_id, text=text, card=card)
        for chat, client_id in zip(chats, client_ids, strict=True)
    ]
    return _sorted_out(chats, send_messages(batch))


def _sorted_out(chats: Sequence[int], outcomes: Sequence[Outcome]) -> tuple[list[Sent], list[Unshared]]:
    sent = [outcome for outcome in outcomes if isinstance(outcome, Sent)]
    failed = [
        Unshared(chat, outcome)
        for chat, outcome in zip(chats, outcomes, strict=True)
        if isinstance(outcome, DomainError)
    ]
    if failed and not sent:
        raise failed[0].error
    return sent, failed


# --- asking the seller --------------------------------------------------------------------------


def ask_seller(*, by: User, listing_id: int, text: str = "", client_id: uuid.UUID | None = None) -> Message:
    """Open the chat with the seller, the listing shown and pinned in it, and say `text`. Answers the listing's card.

    As often as one asks, the card is there once. Raises NotFound("listing_not_found"), Invalid("own_listing"), what
    opening a direct chat raises (privacy, blocked_by_you, sanctioned) and what sending raises.
    """
    listing = listing_for_viewing(by, listing_id)
    seller = listing.shop.owner
    if seller.pk == by.pk:
        raise Invalid("own_listing", _("That is yours."))
    limits.check("send", by.pk)
    chat = open_direct(by=by, user_id=seller.pk)[0].chat
    message = _shown(by, chat, listing)
    if text.strip():
        send_message(by=by, chat=chat.pk, client_id=client_id or uuid.uuid4(), text=text)
    _answer_for(listing.shop, chat)
    return message


def _shown(by: User, chat: Chat, listing: Listing) -> Message:
    """The card that `by` has put there before, unless it was deleted; pinned."""
    own = Message.objects.filter(chat=chat, sender=by, card_kind="listing", card_id=listing.pk, deleted_at=None)
    message = own.order_by("seq").first()
    if message is None:
        deleted = Message.objects.filter(chat=chat, sender=by, deleted_at__isnull=False).count()
        client_id = derived_id("ask", chat.pk, by.pk, listing.pk, deleted)
        card = Card(kind="listing", id=listing.pk, snapshot=listing_snapshot(listing))
        message = post_card(chat_id=chat.pk, card=card, client_id=client_id, by=by)
    try:
        pin_message(by=by, chat=chat.pk, seq=message.seq)
    except Conflict:  # a hundred are pinned already; the card is there all the same
        pass
    return message


# --- a shop that is away ------------------------------------------------------------------------


def _answer_for(shop: Shop, chat: Chat) -> None:
    """Once a day in each chat, as the seller: the message is marked as automatic by being a card of kind "away"."""
    text = _away_text(shop)
    if not text:
        return
    client_id = derived_id("away", chat.pk, timezone.localdate())
    until = shop.holiday_until.isoformat() if shop.is_on_holiday and shop.holiday_until else None
    card = Card(kind="away", id=shop.pk, snapshot={"title": shop.name, "until": until})
    try:
        post_card(chat_id=chat.pk, card=card, client_id=client_id, text=text, by=shop.owner)
    except DomainError:  # said today already in other words; or the seller is muted, and then nobody answers
        pass


def _away_text(shop: Shop) -> str:
    if not (shop.is_away or shop.is_on_holiday):
        return ""
    own = shop.holiday_note if shop.is_on_holiday and shop.holiday_note else shop.away_message
    if own:
        return own
    with translation.override(shop.owner.language or None):
        return _("I am away at the moment and will answer when I am back.")
