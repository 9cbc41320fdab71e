"""Makes the accounts of the demo."""

import random
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.base import ContentFile

from accounts.models import Contact, User
from messenger.demo.attachments import square_webp
from messenger.demo.people import ACCOUNTS, CONTACTS, EVERYBODY, STRANGER, Person
from messenger.demo.portraits import portrait
from moderation.actions.moderators import make_moderator


def make_people(now: datetime) -> dict[str, User]:
    """alias -> account. Only the six of ACCOUNTS have a password."""
    rng = random.Random(4)  # noqa: S311
    people: dict[str, User] = {}
    for number, person in enumerate([*EVERYBODY, STRANGER]):
        user = _user(person, now, number, rng)
        if person in ACCOUNTS:
            user.email = f"{person.handle}@example.com"
            user.set_password(settings.DEMO_PASSWORD)
        else:
            user.set_unusable_password()
        people[person.alias] = user
    User.objects.bulk_create(people.values())
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in people.values() if user.email
    )
    make_moderator(user=people["mod"])
    Contact.objects.bulk_create(
        Contact(owner=people[owner], user=people[alias]) for owner, aliases in CONTACTS.items() for alias in aliases
    )
    return people


def _user(person: Person, now: datetime, number: int, rng: random.Random) -> User:
    user = User(
        handle=person.handle,
        name=person.name,
        bio=person.bio,
        status=person.status,
        language=person.language,
        time_zone=person.time_zone,
        date_joined=now - timedelta(days=60 - number),
        last_seen_at=now - timedelta(minutes=rng.expovariate(1 / 180)),
    )
    if person.face is not None:
        content = ContentFile(square_webp(portrait(person.face)))
        user.avatar.save(f"{secrets.token_urlsafe(18)}.webp", content, save=False)
    return user
