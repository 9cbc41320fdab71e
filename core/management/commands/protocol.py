"""Write docs/protocol.md, or (--check) fail when it is stale."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import protocol


class Command(BaseCommand):
    help = "Make docs/protocol.md from the declarations of commands and events."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is stale")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path, text = protocol.path(), protocol.text()
        if not check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            raise CommandError("docs/protocol.md is stale: run manage.py protocol")
