"""manage.py serve: one production server process."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.process import make_server, process
from core.server import listen_fd, listen_tcp, listen_unix


class Command(BaseCommand):
    help = "Serves HTTP and WebSockets in one process. TERM drains: clients are told when to come back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", action="append", default=[], metavar="HOST:PORT")
        parser.add_argument("--unix", action="append", default=[], metavar="PATH")
        parser.add_argument(
            "--fd", action="append", default=[], type=int, metavar="N", help="an inherited listening socket"
        )

    def handle(self, *, bind: list[str], unix: list[str], fd: list[int], **options: Any) -> None:
        if not (bind or unix or fd):
            bind = [f"127.0.0.1:{settings.PORT}"]
        try:
            sockets = [listen_tcp(*parse_bind(text)) for text in bind]
            sockets += [listen_unix(path) for path in unix] + [listen_fd(number) for number in fd]
        except OSError as error:
            raise CommandError(f"Cannot listen on {', '.join([*bind, *unix, *map(str, fd)])}: {error}") from error
        process.serve(
            make_server(sockets), on_ready=lambda: self.stdout.write(f"Serving on {', '.join([*bind, *unix])}")
        )


def parse_bind(text: str) -> tuple[str, int]:
    """("127.0.0.1", 8000) of "127.0.0.1:8000"; a bare port means this machine only; [::1]:8000 for IPv6."""
    host, _, port = text.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise CommandError(f"--bind takes HOST:PORT, not {text!r}.")
    return host.strip("[]") or "127.0.0.1", int(port)
