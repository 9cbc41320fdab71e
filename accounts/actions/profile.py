"""What people say about themselves, and who may see it."""

import zoneinfo
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.events import SettingsChanged, UserChanged
from accounts.models import Audience, Block, Contact, User
from accounts.names import one_line, plain
from accounts.serializers import PrivacyJSON, me_json, user_json
from core import handles
from core.errors import Invalid
from core.events import publish
from core.images import remove_photo, store_square_photo

SHOWN = frozenset({"handle", "name", "bio", "status", "avatar"})  # what others see
EDITABLE = frozenset({"handle", "name", "bio", "status", "language", "time_zone", "hides_address"})
_MAX_TOLD = 1_000
_LIMITS = {"name": 64, "bio": 280, "status": 80}


def change_profile(*, by: User, **changes: Any) -> User:
    """Only EDITABLE fields. Raises Invalid or Conflict, with the field's name in `field`."""
    if unknown := changes.keys() - EDITABLE:
        raise Invalid("unknown_field", field=sorted(unknown)[0])
    cleaned = {name: _clean(name, value) for name, value in changes.items()}
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=by.pk)
        if "handle" in cleaned and cleaned["handle"] != user.handle:
            cleaned["handle"] = handles.claim(cleaned["handle"])
        changed = [name for name, value in cleaned.items() if getattr(user, name) != value]
        for name in changed:
            setattr(user, name, cleaned[name])
        if changed:
            user.save(update_fields=changed)
            _tell(user, changed)
    return user


def _clean(name: str, value: Any) -> Any:
    if name == "hides_address":
        return bool(value)
    if name == "handle":
        return handles.normalize(value)
    value = one_line(value) if name != "bio" else plain(value)
    if len(value) > _LIMITS.get(name, 64):
        raise Invalid("too_long", _("That is too long."), field=name, limit=_LIMITS.get(name, 64))
    if name == "time_zone" and value and value not in zoneinfo.available_timezones():
        raise Invalid("unknown_time_zone", _("That time zone is not known."), field=name)
    if name == "language" and value and value not in dict(settings.LANGUAGES):
        raise Invalid("unknown_language", _("That language is not offered."), field=name)
    return value


def set_photo(*, by: User, file: UploadedFile) -> User:
    """Any picture; kept as a small square WebP under a new random name. Raises Invalid or TooLarge."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=by.pk)
        store_square_photo(user.avatar, file)
        user.save(update_fields=["avatar"])
        _tell(user, ["avatar"])
    return user


def delete_photo(*, by: User) -> User:
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=by.pk)
        if user.avatar:
            remove_photo(user.avatar)
            user.save(update_fields=["avatar"])
            _tell(user, ["avatar"])
    return user


def change_privacy(*, by: User, **rules: str) -> User:
    """`rules`: some of last_seen, photo, phone, write, group, call, each an Audience."""
    for rule, audience in rules.items():
        if rule not in PrivacyJSON.__annotations__:
            raise Invalid("unknown_field", field=rule)
        if audience not in Audience.values:
            raise Invalid("unknown_audience", field=rule)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=by.pk)
        for rule, audience in rules.items():
            setattr(user, f"{rule}_privacy", audience)
        user.save(update_fields=[f"{rule}_privacy" for rule in rules])
        publish(SettingsChanged(users=(user.pk,), data={**me_json(user)}))
    return user


def _tell(user: User, changed: list[str]) -> None:
    publish(SettingsChanged(users=(user.pk,), data={**me_json(user)}))
    if SHOWN.intersection(changed):
        publish(UserChanged(users=(user.pk, *_who_know(user)), data={**user_json(user)}))


def _who_know(user: User) -> list[int]:
    """Those who have this person among their contacts, less the blocked; the rest sees it when it next loads."""
    blocked = Block.objects.filter(owner=user).values("user")
    knowing = Contact.objects.filter(user=user).exclude(owner__in=blocked)
    return list(knowing.values_list("owner_id", flat=True)[:_MAX_TOLD])
