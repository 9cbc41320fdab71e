"""Who moderates."""

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import User
from moderation.access import MODERATORS


def make_moderator(*, user: User) -> None:
    """Into the group with the rights that moderating takes, and into the admin site. Twice is once."""
    with transaction.atomic():
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        user.groups.add(Group.objects.get(name=MODERATORS))
