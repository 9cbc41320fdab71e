"""A person as others see them: the one shape for REST, events and pages."""

from typing import TypedDict

from accounts.models import User


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


def avatar_url(user: User) -> str | None:
    """The file's name is random and new with each photo, so the address may be cached for ever."""
    return f"/media/{user.avatar.name}" if user.avatar and not user.deleted_at else None


def sender_json(user: User) -> SenderJSON:
    return {
        "id": user.pk,
        "handle": user.handle,
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
