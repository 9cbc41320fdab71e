"""Write static/js/core/contract.js, or (--check) fail when it is stale."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import contract


class Command(BaseCommand):
    help = "Make static/js/core/contract.js from the declarations of events, commands, limits, errors and shapes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is stale")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path, text = contract.path(), contract.text()
        if not check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            raise CommandError("static/js/core/contract.js is stale: run manage.py contract")
