"""Reads for one screen: finding people."""

import re
import unicodedata

from accounts.models import Contact, User

MAX_FOUND = 50


def find_people(by: User, text: str) -> list[User]:
    """Contacts by the beginning of a word of their name, alias or handle, and anybody by their whole handle.

    Two queries. The contacts are compared here, not in the database: they are few, and SQLite folds only ASCII.
    """
    wanted = _fold(text.removeprefix("@"))
    if not wanted:
        return []
    contacts = (
        Contact.objects.filter(owner=by, user__deleted_at=None).select_related("user").order_by("user__name", "pk")
    )
    found = [contact.user for contact in contacts if _matches(wanted, contact)]
    exact = User.objects.filter(handle=wanted, deleted_at=None, is_active=True).first()
    if exact is not None and exact not in found:
        found.insert(0, exact)
    return found[:MAX_FOUND]


def _matches(wanted: str, contact: Contact) -> bool:
    for text in (contact.user.handle, contact.user.name, contact.alias):
        folded = _fold(text)
        if folded.startswith(wanted) or any(word.startswith(wanted) for word in re.split(r"[\W_]+", folded)):
            return True
    return False


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е").strip()
