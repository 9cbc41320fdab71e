"""A person in a chat: role and rights, what they have read, and how they keep the chat."""

import enum

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from messenger.models.chat import Chat


class Right(enum.IntFlag):
    """What a member may do. Owners may everything; admins what their membership says; members the chat's default."""

    WRITE = 1
    MEDIA = 2
    REACT = 4
    INVITE = 8
    PIN = 16
    CHANGE_INFO = 32
    DELETE = 64  # messages of others
    BAN = 128  # remove, ban, approve join requests
    PROMOTE = 256  # make admins

    @property
    def names(self) -> list[str]:
        return [(flag.name or "").lower() for flag in Right if flag in self]

    @classmethod
    def parse(cls, names: list[str]) -> "Right":
        """Raises KeyError on an unknown name."""
        rights = cls(0)
        for name in names:
            rights |= cls[name.upper()]
        return rights


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        ADMIN = "admin", _("Admin")
        MEMBER = "member", _("Member")

    class State(models.TextChoices):
        """Rows stay when a person goes, so that a device that was away learns it on its next sync."""

        ACTIVE = "active", _("Member")
        LEFT = "left", _("Left")
        REMOVED = "removed", _("Removed")
        BANNED = "banned", pgettext_lazy("a member", "Banned")

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.MEMBER)
    state = models.CharField(max_length=7, choices=State.choices, default=State.ACTIVE)
    rights = models.IntegerField(default=0)  # of admins; see Right
    joined_at = models.DateTimeField(db_default=Now())
    modseq = models.BigIntegerField(default=0)  # the chat's modseq at the last change others may see (role, state)

    # Messages with seq <= joined_seq are hidden from this person (0: all history is theirs).
    joined_seq = models.BigIntegerField(default=0)
    read_seq = models.BigIntegerField(default=0)  # only ever grows
    delivered_seq = models.BigIntegerField(default=0)  # only ever grows
    last_sent_at = models.DateTimeField(null=True)  # for slow mode

    # Private facts: how this person keeps the chat. fact_seq is the person's counter at the last change.
    fact_seq = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(db_default=Now())
    muted_until = models.DateTimeField(null=True)
    pinned_rank = models.PositiveSmallIntegerField(default=0)  # 0: not pinned; else order among the pinned, 1 first
    is_archived = models.BooleanField(default=False)
    # Set aside to come back to, until the chat is read again.
    is_marked_unread = models.BooleanField(default=False, db_default=False)
    draft_text = models.TextField(blank=True, default="")
    draft_reply_to = models.BigIntegerField(null=True)
    draft_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chat", "user"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(read_seq__gte=0), name="membership_read_seq_from_0"),
        ]
        indexes = [models.Index(fields=["user", "state"], name="membership_of_user")]

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    def may(self, right: Right) -> bool:
        """Needs `chat` loaded."""
        if not self.is_active:
            return False
        if self.role == self.Role.OWNER:
            return True
        granted = Right(self.chat.default_rights)
        if self.role == self.Role.ADMIN:
            granted |= Right(self.rights) | Right.WRITE | Right.MEDIA | Right.REACT
        return right in granted


class Folder(models.Model):
    """A person's own grouping of chats, shown as tabs over the chat list."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="folders")
    name = models.CharField(max_length=24)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="folder_name_once")]
        ordering = ["position", "id"]


class FolderEntry(models.Model):
    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="entries")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="folder_entries")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["folder", "membership"], name="folder_entry_once")]
