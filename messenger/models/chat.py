"""The chat: its two counters, and the ways into it."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import HANDLE_PATTERN


class Chat(models.Model):
    class Kind(models.TextChoices):
        DIRECT = "direct", _("Direct chat")
        GROUP = "group", _("Group")
        CHANNEL = "channel", _("Channel")
        SAVED = "saved", _("Saved messages")
        ORDER = "order", _("Order thread")  # buyer and seller about one order; a moderator when it is in dispute

    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(max_length=128, blank=True)  # empty for direct chats: each side sees the other's name
    description = models.CharField(max_length=500, blank=True)
    handle = models.CharField(
        max_length=32, unique=True, null=True, blank=True, validators=[RegexValidator(rf"^{HANDLE_PATTERN}$")]
    )
    photo = models.FileField(upload_to="chat-photos", blank=True, max_length=120, db_index=True)
    # "3:17" for the direct chat of users 3 and 17, "3" for the saved messages of user 3, "order:12" for the thread of
    # an order: there can be only one.
    pair_key = models.CharField(max_length=41, unique=True, null=True, editable=False)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    # Both counters move only under this row's lock, inside the transaction that makes the change. No index may
    # ever cover them or changed_at: PostgreSQL could then no longer update the row in place (HOT).
    last_seq = models.BigIntegerField(default=0, db_default=0)  # the n-th message; dense 1..n
    modseq = models.BigIntegerField(default=0, db_default=0)  # the n-th change; dense 1..n
    info_modseq = models.BigIntegerField(
        default=0, db_default=0
    )  # modseq of the last change to the fields below or above
    changed_at = models.DateTimeField(default=timezone.now)

    member_count = models.PositiveIntegerField(default=0)
    slow_mode_seconds = models.PositiveIntegerField(default=0)
    default_rights = models.IntegerField(default=0)  # what plain members may; see Right
    is_history_visible = models.BooleanField(default=True)  # may new members read what was written before they came?

    class Meta:
        indexes = [
            models.Index(fields=["deleted_at"], condition=models.Q(deleted_at__isnull=False), name="chat_deleted")
        ]

    def __str__(self) -> str:
        return self.title or f"{self.get_kind_display()} {self.pk}"

    @property
    def is_direct(self) -> bool:
        return self.kind == self.Kind.DIRECT

    @property
    def is_thread(self) -> bool:
        """About an order: nobody comes or goes by themselves, and what was said stays, in case of a dispute."""
        return self.kind == self.Kind.ORDER

    @property
    def tells_readers(self) -> bool:
        """Do its members see who has read? (As long as it is small, too.)"""
        return self.kind in (self.Kind.DIRECT, self.Kind.GROUP, self.Kind.ORDER)

    @property
    def is_broadcast(self) -> bool:
        return self.kind == self.Kind.CHANNEL


class InviteQuerySet(models.QuerySet["Invite"]):
    def open(self) -> "InviteQuerySet":
        """Those that still let someone in: not revoked, not expired, not used up."""
        return self.filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now()),
            models.Q(max_uses=None) | models.Q(use_count__lt=models.F("max_uses")),
            revoked_at=None,
        )


class Invite(models.Model):
    """A link into a group or channel: revocable, expiring, limited, optionally with approval."""

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="invites")
    token = models.CharField(max_length=32, unique=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    use_count = models.PositiveIntegerField(default=0)
    needs_approval = models.BooleanField(default=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InviteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(max_uses__isnull=True) | models.Q(use_count__lte=models.F("max_uses")),
                name="invite_within_limit",
            )
        ]

    @property
    def is_open(self) -> bool:
        """The same as InviteQuerySet.open() of one."""
        is_expired = self.expires_at is not None and self.expires_at <= timezone.now()
        is_used_up = self.max_uses is not None and self.use_count >= self.max_uses
        return self.revoked_at is None and not is_expired and not is_used_up


class JoinRequest(models.Model):
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    invite = models.ForeignKey(Invite, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chat", "user"], name="join_request_once")]
