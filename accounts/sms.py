"""Text messages with codes, through whatever settings.SMS_SENDER names: a function of (number, text)."""

import sys

from django.conf import settings
from django.utils.module_loading import import_string


def send(number: str, text: str) -> None:
    import_string(settings.SMS_SENDER)(number, text)


def console(number: str, text: str) -> None:
    """The default: printed where the server was started. Not logged: logs are kept, codes are secret."""
    sys.stdout.write(f"\nSMS to {number}: {text}\n\n")
    sys.stdout.flush()


outbox: list[tuple[str, str]] = []


def memory(number: str, text: str) -> None:
    """For tests: kept in `outbox`."""
    outbox.append((number, text))
