"""The ways in which a shop's goods reach people, and the sentences its seller says often."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import one_line, plain
from core import limits
from core.errors import Conflict, Invalid, NotFound
from market.access.listings import own_shop
from market.actions.shops import shop_of
from market.finding.index import index_shop
from market.models import DeliveryOption, QuickReply, Shop
from market.money import check_minor

_AMOUNTS = ("price_minor", "extra_minor", "free_from_minor")


def add_delivery_option(*, by: User, **fields: Any) -> DeliveryOption:
    """Raises Conflict("too_many_delivery_options"), Invalid("bad_amount" or "bad_days")."""
    shop = shop_of(by)
    limits.check("shop_edit", by.pk)
    with transaction.atomic():
        _lock(shop)
        active = DeliveryOption.objects.filter(shop=shop, is_active=True)
        if active.count() >= limits.DELIVERY_OPTIONS_PER_SHOP:
            raise Conflict("too_many_delivery_options", limit=limits.DELIVERY_OPTIONS_PER_SHOP)
        last = active.order_by("-position").values_list("position", flat=True).first()
        option = DeliveryOption(shop=shop, position=0 if last is None else min(last + 1, 32_000), **fields)
        _require_sense(option)
        option.save(force_insert=True)
    return option


def edit_delivery_option(*, by: User, option_id: int, **changes: Any) -> DeliveryOption:
    """What was ordered keeps what was agreed. Raises NotFound("delivery_option_not_found"), Invalid."""
    limits.check("shop_edit", by.pk)
    with transaction.atomic():
        option = _option(by, option_id, lock=True)
        for name, value in changes.items():
            setattr(option, name, value)
        _require_sense(option)
        option.save(update_fields=list(changes))
        if "kind" in changes:
            index_shop.enqueue(shop=option.shop_id)
    return option


def remove_delivery_option(*, by: User, option_id: int) -> None:
    """It can no longer be chosen; listings that had no other way can no longer be bought."""
    option = _option(by, option_id)
    with transaction.atomic():
        DeliveryOption.objects.filter(pk=option.pk).update(is_active=False)
        index_shop.enqueue(shop=option.shop_id)


def _option(by: User, option_id: int, *, lock: bool = False) -> DeliveryOption:
    rows = DeliveryOption.objects.filter(pk=option_id, shop__owner=by, is_active=True)
    option = (rows.select_for_update(no_key=True) if lock else rows).first()
    if option is None:
        raise NotFound("delivery_option_not_found")
    return option


def _require_sense(option: DeliveryOption) -> None:
    option.name = one_line(option.name)
    for name in _AMOUNTS:
        if (value := getattr(option, name)) is not None:
            check_minor(value, field=name)
    if option.days_min > option.days_max:
        raise Invalid("bad_days", _("The shortest time is longer than the longest."), field="days_min")
    if not option.name:
        raise Invalid("name_needed", _("This needs a name."), field="name")


def _lock(shop: Shop) -> None:
    """So that counts hold: two requests never add the last one both."""
    Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)


# --- quick replies ------------------------------------------------------------------------------


def add_quick_reply(*, by: User, title: str, text: str) -> QuickReply:
    """Raises Conflict("title_taken" or "too_many_quick_replies")."""
    shop = shop_of(by)
    limits.check("shop_edit", by.pk)
    with transaction.atomic():
        _lock(shop)
        count = shop.quick_replies.count()
        if count >= limits.QUICK_REPLIES_PER_SHOP:
            raise Conflict("too_many_quick_replies", limit=limits.QUICK_REPLIES_PER_SHOP)
        return _stored(QuickReply(shop=shop, title=title, text=text, position=count))


def edit_quick_reply(*, by: User, reply_id: int, **changes: Any) -> QuickReply:
    reply = _reply(by, reply_id)
    for name, value in changes.items():
        setattr(reply, name, value)
    with transaction.atomic():
        return _stored(reply)


def remove_quick_reply(*, by: User, reply_id: int) -> None:
    _reply(by, reply_id).delete()


def _reply(by: User, reply_id: int) -> QuickReply:
    reply = QuickReply.objects.filter(pk=reply_id, shop=own_shop(by)).first()
    if reply is None:
        raise NotFound("quick_reply_not_found")
    return reply


def _stored(reply: QuickReply) -> QuickReply:
    reply.title, reply.text = one_line(reply.title), plain(reply.text)
    try:
        with transaction.atomic():
            reply.save()
    except IntegrityError:  # the constraint: one title once in a shop
        raise Conflict("title_taken", _("There is one with this title."), field="title") from None
    return reply
