"""Where things are sent. An order keeps a copy, so these change and go as their owner likes."""

import re
import unicodedata
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import limits
from core.errors import Conflict, Invalid
from market.access.offers import address_for_using
from market.countries import check_country
from market.models import Address
from market.queries.per_buyer import lock_buyer
from messenger.names import one_line

# What an address says, and in how many characters (market/models/cart.py).
_CHARS = {"name": 80, "line1": 120, "line2": 120, "postcode": 16, "city": 80, "region": 80, "phone": 20}
_NEEDED = ("name", "line1", "city", "country")
_PHONE = re.compile(r"\+?[\d ()/.-]{4,20}", re.ASCII)


def create_address(*, by: User, is_default: bool = False, **fields: str) -> Address:
    """The first one is the default. `fields`: those of the model, all but name, line1, city and country optional.

    Raises Invalid("bad_characters", "too_long", "field_needed", "unknown_country", "bad_phone"),
    Conflict("too_many_addresses").
    """
    cleaned = _cleaned(fields, needed=_NEEDED)
    with transaction.atomic():
        lock_buyer(by)
        own = Address.objects.filter(user=by)
        count = own.count()
        if count >= limits.ADDRESSES_PER_PERSON:
            raise Conflict("too_many_addresses", _("Delete one first."), limit=limits.ADDRESSES_PER_PERSON)
        if is_default or not count:
            own.update(is_default=False)
        return Address.objects.create(user=by, is_default=is_default or not count, **cleaned)


def edit_address(*, by: User, address_id: int, is_default: bool = False, **changes: str) -> Address:
    """Any of the fields; is_default makes it the default, and there is always one."""
    cleaned = _cleaned(changes, needed=[name for name in _NEEDED if name in changes])
    with transaction.atomic():
        lock_buyer(by)
        address = address_for_using(by, address_id)
        if is_default:
            Address.objects.filter(user=by).exclude(pk=address.pk).update(is_default=False)
            cleaned["is_default"] = True
        for name, value in cleaned.items():
            setattr(address, name, value)
        address.save(update_fields=list(cleaned))
    return address


def delete_address(*, by: User, address_id: int) -> None:
    """After the default one the newest becomes it."""
    with transaction.atomic():
        lock_buyer(by)
        address = address_for_using(by, address_id)
        address.delete()
        if address.is_default:
            newest = Address.objects.filter(user=by).order_by("-pk").first()
            if newest is not None:
                Address.objects.filter(pk=newest.pk).update(is_default=True)


def _cleaned(fields: dict[str, str], *, needed: Any) -> dict[str, Any]:
    cleaned: dict[str, Any] = {name: _line(name, value) for name, value in fields.items() if name in _CHARS}
    if "country" in fields:
        cleaned["country"] = check_country(fields["country"])
    for name in needed:
        if not cleaned.get(name):
            raise Invalid("field_needed", _("This is needed."), field=name)
    if cleaned.get("phone") and not _PHONE.fullmatch(cleaned["phone"]):
        raise Invalid("bad_phone", _("This is no phone number."), field="phone")
    return cleaned


def _line(name: str, value: str) -> str:
    """It is printed on labels and invoices: what could reach out of its line is refused, not mended."""
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in value):
        raise Invalid("bad_characters", _("Control characters cannot be part of an address."), field=name)
    value = one_line(value)
    most = _CHARS[name]
    if len(value) > most:
        raise Invalid("too_long", field=name, limit=most)
    return value
