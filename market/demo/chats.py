"""The chats of courses: the one that is there already, and one made for each other course."""

from collections.abc import Sequence

from accounts.models import User
from market.demo.reading import ShopNote
from messenger.actions.chats import create_chat
from messenger.models import Chat


def course_chats(notes: Sequence[ShopNote], people: dict[str, User]) -> dict[str, Chat]:
    """title -> chat, of all courses in the scripts."""
    chats: dict[str, Chat] = {}
    for shop in notes:
        for listing in shop.listings:
            if listing.course and listing.course not in chats:
                owner = people[shop.alias]
                found = Chat.objects.filter(title=listing.course, created_by=owner, deleted_at=None).first()
                chats[listing.course] = (
                    found or create_chat(by=owner, kind=Chat.Kind.GROUP, title=listing.course).membership.chat
                )
    return chats
