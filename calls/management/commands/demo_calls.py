"""manage.py demo_calls: some weeks of calls between the demo's people. Once; a second run changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from calls.demo import build, can_be_built


class Command(BaseCommand):
    help = "Fill the call log of a Tenfold that has its demo people, and no calls yet."

    def handle(self, *, verbosity: int, **options: Any) -> None:
        if not can_be_built():
            if verbosity:
                self.stdout.write("There are calls already, or the demo's people are not there.")
            return
        made = build()
        if verbosity:
            self.stdout.write(f"{made} calls")
