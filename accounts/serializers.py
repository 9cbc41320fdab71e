"""A person as others see them, and as they see themselves: the one shape for REST, events and pages."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal, TypedDict

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession

from accounts.access import allowed
from accounts.devices import is_phone, name_of
from accounts.models import Block, Contact, Export, Phone, PushSubscription, User


class UserJSON(TypedDict):
    id: int
    handle: str
    name: str
    avatar: str | None  # an address that answers 404 to those the person hides their photo from
    color: int  # 0..7: the tint of their initials and of their name in groups
    status: str
    bio: str
    is_deleted: bool


class SenderJSON(TypedDict):
    """The short form that travels inside messages."""

    id: int
    handle: str
    name: str
    avatar: str | None
    color: int


class ProfileJSON(UserJSON):
    """A person as the asking one may see them: their rules and blocks applied."""

    phone: str | None  # E.164
    last_seen_at: str | None
    alias: str  # the asking person's own name for a contact
    is_contact: bool
    is_blocked: bool  # by the asking person; the reverse is never told
    may_write: bool
    may_call: bool
    may_add_to_group: bool


AudienceName = Literal["everybody", "contacts", "nobody"]


class PrivacyJSON(TypedDict):
    last_seen: AudienceName
    photo: AudienceName
    phone: AudienceName
    write: AudienceName
    group: AudienceName
    call: AudienceName


class MeJSON(UserJSON):
    email: str | None
    is_email_verified: bool
    phone: str | None  # E.164
    language: str
    time_zone: str
    privacy: PrivacyJSON
    hides_address: bool  # in calls: only ways through a relay are used and told
    is_moderator: bool
    joined_at: str
    fact_seq: int


class ContactJSON(TypedDict):
    user: UserJSON
    alias: str
    added_at: str


class BlockJSON(TypedDict):
    user: UserJSON
    blocked_at: str


class DeviceJSON(TypedDict):
    id: int
    name: str  # "Firefox on Linux"
    is_phone: bool
    ip: str
    signed_in_at: str
    last_seen_at: str  # within five minutes
    is_current: bool


class ExportJSON(TypedDict):
    id: str
    state: Literal["waiting", "running", "ready", "failed"]
    progress: int  # percent
    size: int  # bytes
    url: str | None
    created_at: str
    expires_at: str | None


class PushSubscriptionJSON(TypedDict):
    id: int
    endpoint: str
    is_current: bool  # of the device that asks
    created_at: str


class LinkJSON(TypedDict):
    url: str
    qr_svg: str


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as JavaScript writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def avatar_url(user: User) -> str | None:
    """The file's name is random and new with each photo, so the address may be cached for ever."""
    return f"/media/{user.avatar.name}" if user.avatar and not user.deleted_at else None


def sender_json(user: User) -> SenderJSON:
    return {
        "id": user.pk,
        "handle": "" if user.deleted_at else user.handle,
        "name": user.display_name,
        "avatar": avatar_url(user),
        "color": user.pk % 8,
    }


def user_json(user: User) -> UserJSON:
    is_deleted = user.deleted_at is not None
    return {
        **sender_json(user),
        "status": "" if is_deleted else user.status,
        "bio": "" if is_deleted else user.bio,
        "is_deleted": is_deleted,
    }


def profile_json(by: User, user: User) -> ProfileJSON:
    return profiles_json(by, [user])[0]


def profiles_json(by: User, users: Iterable[User]) -> list[ProfileJSON]:
    """At most fifteen queries, however many people."""
    users = list(users)
    sees = {rule: allowed(by, users, rule) for rule in ("last_seen", "photo", "phone", "write", "call", "group")}  # type: ignore[arg-type]
    ids = [user.pk for user in users]
    aliases = dict(Contact.objects.filter(owner=by, user__in=ids).values_list("user_id", "alias"))
    blocked = set(Block.objects.filter(owner=by, user__in=ids).values_list("user_id", flat=True))
    phones = dict(Phone.objects.filter(user__in=sees["phone"], is_verified=True).values_list("user_id", "number"))
    result: list[ProfileJSON] = []
    for user in users:
        base = user_json(user)
        base["avatar"] = base["avatar"] if user.pk in sees["photo"] else None
        has_last_seen = user.pk in sees["last_seen"] and user.last_seen_at is not None
        result.append(
            {
                **base,
                "phone": phones.get(user.pk),
                "last_seen_at": timestamp(user.last_seen_at) if has_last_seen and user.last_seen_at else None,
                "alias": aliases.get(user.pk, ""),
                "is_contact": user.pk in aliases,
                "is_blocked": user.pk in blocked,
                "may_write": user.pk in sees["write"],
                "may_call": user.pk in sees["call"],
                "may_add_to_group": user.pk in sees["group"],
            }
        )
    return result


def privacy_json(user: User) -> PrivacyJSON:
    return {rule: getattr(user, f"{rule}_privacy") for rule in PrivacyJSON.__annotations__}  # type: ignore[return-value]


def me_json(user: User) -> MeJSON:
    """Two queries."""
    phone = Phone.objects.filter(user=user, is_verified=True).values_list("number", flat=True).first()
    return {
        **user_json(user),
        "email": user.email,
        "is_email_verified": EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists(),
        "phone": phone,
        "language": user.language,
        "time_zone": user.time_zone,
        "privacy": privacy_json(user),
        "hides_address": user.hides_address,
        "is_moderator": user.is_staff,
        "joined_at": timestamp(user.date_joined),
        "fact_seq": user.fact_seq,
    }


def contact_json(contact: Contact) -> ContactJSON:
    """Needs `user` loaded."""
    return {"user": user_json(contact.user), "alias": contact.alias, "added_at": timestamp(contact.created_at)}


def block_json(block: Block) -> BlockJSON:
    """Needs `user` loaded."""
    return {"user": user_json(block.user), "blocked_at": timestamp(block.created_at)}


def device_json(device: UserSession, current_key: str | None) -> DeviceJSON:
    return {
        "id": device.pk,
        "name": name_of(device.user_agent),
        "is_phone": is_phone(device.user_agent),
        "ip": device.ip,
        "signed_in_at": timestamp(device.created_at),
        "last_seen_at": timestamp(device.last_seen_at),
        "is_current": device.session_key == current_key,
    }


def export_json(export: Export) -> ExportJSON:
    return {
        "id": str(export.pk),
        "state": export.state,  # type: ignore[typeddict-item]
        "progress": export.progress,
        "size": export.size,
        "url": f"/settings/data/exports/{export.pk}" if export.is_downloadable else None,
        "created_at": timestamp(export.created_at),
        "expires_at": timestamp(export.expires_at) if export.expires_at else None,
    }


def push_subscription_json(subscription: PushSubscription, current_key: str | None) -> PushSubscriptionJSON:
    return {
        "id": subscription.pk,
        "endpoint": subscription.endpoint,
        "is_current": subscription.session_key == current_key,
        "created_at": timestamp(subscription.created_at),
    }
