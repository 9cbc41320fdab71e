"""People can be reported; this app knows them, so their kind lives here."""

from typing import Any, ClassVar

from django.db import transaction

from accounts.access import user_for_viewing
from accounts.actions import profile
from accounts.models import User
from accounts.serializers import timestamp, user_json
from core.errors import Invalid
from moderation.targets import Target


class ReportablePerson:
    kind: ClassVar[str] = "user"
    can_remove: ClassVar[bool] = True

    def fetch_for_reporting(self, by: User, data: dict[str, Any]) -> Target:
        if "user" not in data:
            raise Invalid("user_needed", field="user")
        person = user_for_viewing(by, data["user"])
        evidence = {**user_json(person), "joined_at": timestamp(person.date_joined)}
        return Target(id=person.pk, subject=person, evidence=evidence, label=f"{person.display_name} @{person.handle}")

    def remove(self, by: User, target_id: int) -> None:
        """What the person says about themselves: photo, name, bio and status."""
        person = User.objects.filter(pk=target_id, deleted_at=None).first()
        if person is None:
            return
        with transaction.atomic():
            profile.delete_photo(by=person)
            profile.change_profile(by=person, name="", bio="", status="")
