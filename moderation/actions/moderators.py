"""Who moderates: a group whose members read what was reported and act on it, and can do nothing else."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from moderation.access import MODERATORS

# (app, codename)
PERMISSIONS = (
    ("moderation", "view_report"),
    ("moderation", "moderate"),
    ("moderation", "view_sanction"),
    ("moderation", "view_auditentry"),
    ("accounts", "view_user"),
    ("messenger", "view_chat"),
    ("messenger", "view_message"),
)


def moderators_group() -> Group:
    """Made when it is first asked for. What a superuser changed about it since stays changed."""
    with transaction.atomic():
        group, is_new = Group.objects.get_or_create(name=MODERATORS)
        if is_new:
            wanted = Q()
            for app, codename in PERMISSIONS:
                wanted |= Q(content_type__app_label=app, codename=codename)
            group.permissions.set(Permission.objects.filter(wanted))
    return group


def make_moderator(*, user: User) -> None:
    """Into the group with the rights that moderating takes, and into the admin site. Twice is once."""
    with transaction.atomic():
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        user.groups.add(moderators_group())
