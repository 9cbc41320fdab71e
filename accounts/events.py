"""What happens to people, as told to their devices and to those who know them. See core/events.py."""

from core.events import Event


class UserChanged(Event):
    """Name, handle, photo, status or bio changed. data: User. To the person's own devices and those who know them."""

    name = "user.changed"


class ContactsChanged(Event):
    """Contacts were added or removed on another device. data: {"user", "is_contact"}."""

    name = "contacts.changed"


class BlocksChanged(Event):
    """Someone was blocked or unblocked on another device. data: {"user", "is_blocked"}."""

    name = "blocks.changed"


class SettingsChanged(Event):
    """Privacy, language or time zone changed on another device. data: Me."""

    name = "settings.changed"


class SessionRevoked(Event):
    """A device was signed out. data: {"devices": [ids]}. To the person's devices; the hub closes the ended ones."""

    name = "session.revoked"
