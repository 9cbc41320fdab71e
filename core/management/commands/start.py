"""manage.py start: all of Tenfold in one process, with nothing to install: `make run`."""

import hashlib
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from core import demo
from core.process import make_server, process
from core.server import listen_tcp
from core.staticstore import StaticStorage
from core.worker import run_worker_in_thread

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Command(BaseCommand):
    help = "Prepares the database and serves, with the task worker inside. For one machine; see docs/operations.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="default: this machine only")
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        try:
            listener = listen_tcp(host, port)  # first of all: whoever started it twice should learn so at once
        except OSError as error:
            raise CommandError(
                f"Port {port} of {host} cannot be used: {error.strerror}. Choose another: make run PORT={port + 1}"
            ) from error
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        self._collect_static()
        has_demo = self._load_demo()
        if has_demo and host in LOOPBACK and not settings.HTTPS:
            demo.tell(settings.DEMO_PASSWORD)
        worker = run_worker_in_thread()
        try:
            process.serve(make_server([listener]), on_ready=lambda: self._greet(host, port, has_demo))
        finally:
            worker.stop(grace=5)
            worker.wait()

    def _collect_static(self) -> None:
        """Only when a file has changed since the last time: it takes seconds."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        state = _static_state()
        if not stamp.exists() or stamp.read_text() != state:
            self.stdout.write("Preparing the static files …")
            StaticStorage.is_thorough = False  # everybody who waits is on this machine or near it
            call_command("collectstatic", verbosity=0, interactive=False)
            stamp.write_text(state)

    def _load_demo(self) -> bool:
        """Once, into an empty database, unless DEMO=0; what parts of it are missing, too.

        Answers whether the demo accounts are there.
        """
        people = get_user_model().objects
        is_wanted = os.environ.get("DEMO", "1") != "0"
        if is_wanted and not people.exists():
            self.stdout.write("Inviting alice, bob and their friends …")
            call_command("demo", verbosity=0)
        is_there = people.filter(email="alice@example.com").exists()
        if is_wanted and is_there:
            call_command("demo_calls", verbosity=0)
            call_command("demo_market", verbosity=0)
            call_command("demo_news", verbosity=0)
        return is_there

    def _greet(self, host: str, port: int, has_demo: bool) -> None:
        shown = "localhost" if host in ("127.0.0.1", "::1", "0.0.0.0", "::") else host  # noqa: S104
        lines = ["", f"  Tenfold is running:  http://{shown}:{port}/", ""]
        if has_demo:
            lines += [
                f"  Sign in as:          {', '.join(demo.ACCOUNTS)}  (mod is a moderator: /admin/)",
                f"  with the password:   {settings.DEMO_PASSWORD}",
                "",
            ]
        lines += [f"  Everything is kept in {settings.DATA_DIR}. Ctrl-C stops.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _static_state() -> str:
    """A digest of names, sizes and times of all static files there are to collect."""
    digest = hashlib.sha256(str(settings.STATICFILES_DIRS).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
