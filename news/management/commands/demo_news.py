"""manage.py demo_news: papers, events and readers. Once; a second run changes nothing."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from news.demo.building import build, can_be_built


class Command(BaseCommand):
    help = "Fill the news of a Tenfold that has its demo people, and no news yet."

    def handle(self, *, verbosity: int, **options: Any) -> None:
        if not can_be_built():
            if verbosity:
                self.stdout.write("The demo of the news is there already, or its people are not.")
            return
        self.stdout.write("Printing the papers …")
        started = time.monotonic()
        made = build()
        if verbosity:
            counts = ", ".join(f"{number} {what}" for what, number in made.items())
            self.stdout.write(f"{counts} in {time.monotonic() - started:.1f} s")
