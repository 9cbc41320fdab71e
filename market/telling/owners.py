"""A teller: what only the owner of a shop has to know stands in their Saved messages, said by the service."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from market.models import OutboxEvent, Payout, Shop
from market.money import format_minor
from messenger.actions.cards import Card, post_card
from messenger.actions.chats import open_saved


def tell_owner(event: OutboxEvent) -> None:
    """The same event is said once."""
    shop = event.shop or (event.listing.shop if event.listing else None)
    if shop is None or event.kind not in _WORDS or shop.owner.deleted_at is not None:
        return
    with translation.override(shop.owner.language or settings.LANGUAGE_CODE):
        title, text = _WORDS[event.kind](shop, event)
    saved, _is_new = open_saved(by=shop.owner)
    card = Card(kind="notice", id=shop.pk, snapshot={"title": title, "what": event.kind})
    post_card(chat_id=saved.chat_id, card=card, client_id=event.pk, text=text)


def _webhook_disabled(shop: Shop, event: OutboxEvent) -> tuple[str, str]:
    text = _("%(url)s has not answered well for three days. What happened since then can be replayed once it does.")
    return _("A webhook was switched off"), text % {"url": event.data.get("url", "")}


def _frozen(shop: Shop, event: OutboxEvent) -> tuple[str, str]:
    text = _("Moderators have stopped the payouts of your shop: %(reason)s Sales go on, and the money stays yours.")
    return _("Payouts are stopped"), text % {"reason": event.data.get("reason", "")}


def _unfrozen(shop: Shop, event: OutboxEvent) -> tuple[str, str]:
    return _("Payouts go on"), _("Your shop can be paid out again.")


def _paid_out(shop: Shop, event: OutboxEvent) -> tuple[str, str]:
    return _("Paid out"), _("%(amount)s is on its way to your account.") % {"amount": _amount(event)}


def _not_paid_out(shop: Shop, event: OutboxEvent) -> tuple[str, str]:
    text = _("%(amount)s could not be paid out and is in your balance again. Check the account it should go to.")
    return _("A payout failed"), text % {"amount": _amount(event)}


def _low_stock(shop: Shop, event: OutboxEvent) -> tuple[str, str]:
    left = int(event.data.get("available", 0))
    name = " · ".join(part for part in (str(event.listing), str(event.data.get("name") or "")) if part)
    text = ngettext("%(name)s: %(count)d piece is left.", "%(name)s: %(count)d pieces are left.", left)
    return _("Almost sold out"), text % {"name": name, "count": left}


def _expiring(shop: Shop, event: OutboxEvent) -> tuple[str, str]:
    text = _("%(title)s ends in three days. Renew it on your desk to keep it for sale.")
    return _("A listing ends soon"), text % {"title": str(event.listing)}


def _ship_soon(shop: Shop, event: OutboxEvent) -> tuple[str, str]:
    number = event.order.number if event.order else ""
    text = _("Order %(number)s has to be sent within a day. After that it is cancelled and refunded.")
    return _("An order waits for you"), text % {"number": number}


def _amount(event: OutboxEvent) -> str:
    payout = Payout.objects.filter(pk=event.data.get("payout")).first()
    return format_minor(payout.amount_minor, payout.currency) if payout else ""


_WORDS = {
    "webhook.disabled": _webhook_disabled,
    "stock.low": _low_stock,
    "listing.expiring": _expiring,
    "deadline.ship": _ship_soon,
    "shop.payouts_frozen": _frozen,
    "shop.payouts_unfrozen": _unfrozen,
    "payout.paid": _paid_out,
    "payout.failed": _not_paid_out,
    "payout.returned": _not_paid_out,
}
