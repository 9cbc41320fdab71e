"""manage.py demo_market: shops, listings with pictures, and some weeks of trade. Once; a second run changes nothing."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from market.demo.building import build, can_be_built, mend_pictures


class Command(BaseCommand):
    help = "Fill the market of a Tenfold that has its demo people, and nothing for sale yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=None, help="so many listings; default: all of them")

    def handle(self, *, count: int | None, verbosity: int, **options: Any) -> None:
        if not can_be_built():
            if mend_pictures():
                self.stdout.write("Drew the pictures that were missing.")
            elif verbosity:
                self.stdout.write("The demo of the market is there already, or its people are not.")
            return
        self.stdout.write("Opening their shops, and drawing what they sell …")
        started = time.monotonic()
        made = build(count=count)
        if verbosity:
            counts = ", ".join(f"{number} {what}" for what, number in made.items())
            self.stdout.write(f"{counts} in {time.monotonic() - started:.1f} s")
