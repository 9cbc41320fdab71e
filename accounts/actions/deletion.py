"""Closing an account for good: the person goes, what they wrote to others stays under "Deleted account"."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import tasks
from accounts.actions.devices import end_everything
from accounts.events import UserChanged
from accounts.models import Audience, Block, Contact, Export, Phone, User
from accounts.serializers import user_json
from core.events import publish
from core.images import remove_photo

_EMPTIED = ("name", "bio", "status", "language", "time_zone")
_RULES = ("last_seen", "photo", "phone", "write", "group", "call")


def delete_account(*, by: User, delete_messages: bool = False) -> None:
    """At once: nobody can sign in, nothing personal is left but the handle, which nobody else may take.

    Soon, by the worker: chats are left and, if wanted, messages taken back for everybody. Twice is once.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=by.pk)
        if user.deleted_at:
            return
        knowing = list(Contact.objects.filter(user=user).values_list("owner_id", flat=True)[:1000])
        _forget_belongings(user)
        _empty(user)
        end_everything(user)
        publish(UserChanged(users=tuple(knowing), data={**user_json(user)}))
        tasks.finish_deletion.enqueue(user=user.pk, delete_messages=delete_messages)


def _forget_belongings(user: User) -> None:
    Contact.objects.filter(Q(owner=user) | Q(user=user)).delete()
    Block.objects.filter(owner=user).delete()  # being blocked by others stays: it is theirs
    Phone.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    for export in Export.objects.filter(user=user):
        if export.file:
            remove_photo(export.file)
        export.delete()


def _empty(user: User) -> None:
    if user.avatar:
        remove_photo(user.avatar)
    for field in _EMPTIED:
        setattr(user, field, "")
    for rule in _RULES:
        setattr(user, f"{rule}_privacy", Audience.NOBODY)
    user.email = None
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_seen_at = None
    user.deleted_at = timezone.now()
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
