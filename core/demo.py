"""The people of the demo, as the sign-in page may name them: said by `manage.py start` alone, never in production."""

ACCOUNTS = ("alice", "bob", "charlie", "dana", "erin", "mod")

# What visitors of this process are told: nothing, or whom to sign in as and with what password.
_told: dict[str, object] | None = None


def tell(password: str) -> None:
    global _told
    _told = {"accounts": ACCOUNTS, "password": password}


def told() -> dict[str, object] | None:
    return _told
