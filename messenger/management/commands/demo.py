"""manage.py demo: people, chats and weeks of talk, to look around in. Once; a second run changes nothing."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from messenger.demo.building import build, is_built
from messenger.demo.people import ACCOUNTS


class Command(BaseCommand):
    help = "Fill an empty Tenfold with demo people and conversations."

    def handle(self, *args: Any, **options: Any) -> None:
        if is_built():
            self.stdout.write("The demo is there already.")
            return
        started = time.monotonic()
        made = build()
        if options["verbosity"]:
            counts = ", ".join(f"{count} {what}" for what, count in made.items())
            self.stdout.write(f"{counts} in {time.monotonic() - started:.1f} s")
            names = ", ".join(person.handle for person in ACCOUNTS)
            self.stdout.write(f"Sign in as {names} with the password {settings.DEMO_PASSWORD}")
