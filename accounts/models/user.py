"""The one user model, and what hangs on a person: phone, devices to wake."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HANDLE_PATTERN = r"[a-z][a-z0-9_]{2,31}"


class Audience(models.TextChoices):
    """Who may: see my last seen, photo, phone; write to me, add me to groups, call me."""

    EVERYBODY = "everybody", _("Everybody")
    CONTACTS = "contacts", _("My contacts")
    NOBODY = "nobody", _("Nobody")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(handle=(username or "").lower())

    def create_user(self, handle: str, email: str | None = None, password: str | None = None, **extra) -> "User":
        user = self.model(handle=handle.lower(), email=self.normalize_email(email) or None, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, handle: str, email: str | None = None, password: str | None = None, **extra) -> "User":
        return self.create_user(handle, email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):
    handle = models.CharField(
        _("handle"),
        max_length=32,
        unique=True,
        validators=[RegexValidator(rf"^{HANDLE_PATTERN}$", _("3 to 32 of a-z, 0-9 and _, beginning with a letter."))],
    )
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=64, blank=True)
    bio = models.CharField(_("bio"), max_length=280, blank=True)
    status = models.CharField(_("status"), max_length=80, blank=True)
    avatar = models.FileField(_("photo"), upload_to="avatars", blank=True, max_length=120, db_index=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)

    last_seen_privacy = models.CharField(max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)
    photo_privacy = models.CharField(max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)
    phone_privacy = models.CharField(max_length=10, choices=Audience.choices, default=Audience.CONTACTS)
    write_privacy = models.CharField(max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)
    group_privacy = models.CharField(max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)
    # In calls, use nothing but the relay: the other side then learns no address of this person's devices.
    hides_address = models.BooleanField(default=False, db_default=False)
    call_privacy = models.CharField(max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)

    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("moderator"), default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Counts the private durable facts of this person (read marks, drafts, mutes, hidden messages, call and order
    # states), so that all devices agree by one comparison. Raised inside the transaction that changes the fact.
    fact_seq = models.BigIntegerField(default=0, db_default=0)

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]
    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return f"@{self.handle}"

    def clean(self) -> None:
        self.handle = self.handle.lower()
        self.email = self.email or None

    @property
    def display_name(self) -> str:
        return str(_("Deleted account")) if self.deleted_at else self.name or self.handle

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class Phone(models.Model):
    """A phone number, E.164. allauth asks the adapter for it; it stores none itself."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="phone")
    number = models.CharField(max_length=16, unique=True)
    is_verified = models.BooleanField(default=False)


class PushSubscription(models.Model):
    """A browser that can be woken by Web Push, tied to the session that asked for it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="push_subscriptions")
    session_key = models.CharField(max_length=40, db_index=True)
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    failure_count = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
