"""May this person see, write to, add or call that one? Privacy rules and blocks, one at a time and in bulk.

Every function costs at most two queries, however many people are asked about; `is_allowed` costs none when the
rule is "everybody" or "nobody" except the one that looks for blocks.
"""

import re
from collections.abc import Iterable
from typing import Literal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.models import Audience, Block, Contact, User
from core.errors import NotFound

Rule = Literal["last_seen", "photo", "phone", "write", "group", "call"]
Viewer = User | AnonymousUser | None

# To look needs only that the other does not block me; to reach out, that neither blocks the other.
_REACHING: frozenset[Rule] = frozenset({"write", "group", "call"})
_MAX_ID = 2**63 - 1


def allowed(by: Viewer, others: Iterable[User], rule: Rule) -> set[int]:
    """The ids of those among `others` whose rule lets `by` in. Two queries at most."""
    people = {other.pk: other for other in others if other.deleted_at is None}
    if by is None or not by.is_authenticated:
        return {pk for pk, other in people.items() if _audience(other, rule) == Audience.EVERYBODY}
    result = {by.pk} & people.keys()  # everybody may everything with themselves
    blocked = _blocked_among(by, people.keys() - result, both_ways=rule in _REACHING)
    candidates = [other for pk, other in people.items() if pk not in blocked and pk not in result]
    result |= {other.pk for other in candidates if _audience(other, rule) == Audience.EVERYBODY}
    guarded = [other.pk for other in candidates if _audience(other, rule) == Audience.CONTACTS]
    if guarded:
        result |= set(Contact.objects.filter(owner__in=guarded, user=by).values_list("owner_id", flat=True))
    return result


def is_allowed(by: Viewer, other: User, rule: Rule) -> bool:
    return other.pk in allowed(by, [other], rule)


def may_write(by: User, to: User) -> bool:
    """May `by` open a direct chat with `to` and write there?"""
    return is_allowed(by, to, "write")


def may_add_to_group(by: User, to: User) -> bool:
    return is_allowed(by, to, "group")


def may_call(by: User, to: User) -> bool:
    return is_allowed(by, to, "call")


def can_see(by: Viewer, whom: User, what: Literal["last_seen", "photo", "phone"]) -> bool:
    return is_allowed(by, whom, what)


def is_blocked(by: User, other: User) -> bool:
    """Has either of the two blocked the other?"""
    return bool(_blocked_among(by, [other.pk], both_ways=True))


def has_blocked(owner: User, other: User) -> bool:
    return Block.objects.filter(owner=owner, user=other).exists()


def blocked_ids(user: User) -> set[int]:
    """Whom this person has blocked."""
    return set(Block.objects.filter(owner=user).values_list("user_id", flat=True))


def blocked_either_way(by: User, ids: Iterable[int]) -> set[int]:
    """Those among `ids` who blocked `by` or whom `by` blocked. One query."""
    return _blocked_among(by, ids, both_ways=True)


def user_for_viewing(by: Viewer, id_or_handle: int | str) -> User:
    """A person by id (deleted ones too: old messages name them) or by handle, with or without "@". Raises NotFound.

    A block hides photo, last seen and phone, never the person: a 404 that others do not get would tell of it.
    """
    text = str(id_or_handle)
    if text.isascii() and text.isdigit():
        found = User.objects.filter(pk=int(text)).first() if int(text) <= _MAX_ID else None
    else:
        handle = text.removeprefix("@").lower()
        is_possible = re.fullmatch(r"[a-z0-9_]{1,32}", handle) is not None
        found = User.objects.filter(handle=handle, deleted_at=None).first() if is_possible else None
    if found is None:
        raise NotFound("user_not_found")
    return found


def users_for_viewing(by: Viewer, ids: Iterable[int]) -> list[User]:
    """People by id, unknown ones left out, in no order. One query."""
    return list(User.objects.filter(pk__in={pk for pk in ids if 0 < pk <= _MAX_ID}))


def avatar_owner_for_viewing(by: Viewer, name: str) -> User:
    """Whose photo the stored file `name` ("avatars/…") is, if `by` may see it. Raises NotFound."""
    owner = User.objects.filter(avatar=name, deleted_at=None).first() if name else None
    if owner is None or not can_see(by, owner, "photo"):
        raise NotFound()
    return owner


def _audience(user: User, rule: Rule) -> str:
    return getattr(user, f"{rule}_privacy")


def _blocked_among(by: User, ids: Iterable[int], *, both_ways: bool) -> set[int]:
    ids = set(ids)
    if not ids:
        return set()
    found = Q(owner__in=ids, user=by)
    if both_ways:
        found |= Q(owner=by, user__in=ids)
    pairs = Block.objects.filter(found).values_list("owner_id", "user_id")
    return {owner if owner != by.pk else user for owner, user in pairs}
