"""Which handles belong to people. Deleted accounts keep theirs: nobody may step into another's name."""

from accounts.models import User


def is_taken_by_user(handle: str) -> bool:
    return User.objects.filter(handle=handle).exists()
