"""manage.py worker: run background tasks until told to stop."""

import os
import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.worker import BEAT_SECONDS, SLOTS, Worker


class Command(BaseCommand):
    help = "Runs background tasks. TERM finishes what is running and takes no more; a second TERM stops at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queues", default=",".join(SLOTS), help="comma-separated (default: %(default)s)")
        parser.add_argument("--beat", type=float, default=BEAT_SECONDS, help="seconds between signs of life")

    def handle(self, *, queues: str, beat: float, **options: Any) -> None:
        wanted = [name for name in queues.split(",") if name]
        if unknown := [name for name in wanted if name not in SLOTS]:
            raise CommandError(f"Unknown queue: {', '.join(unknown)}. There are: {', '.join(SLOTS)}.")
        worker = Worker(slots={name: SLOTS[name] for name in wanted}, beat=beat)

        def stop(number: int, frame: FrameType | None) -> None:
            if worker.is_stopping:
                os._exit(1)
            # In a thread: the handler may have interrupted the main thread while it holds the lock stop() needs.
            threading.Thread(target=worker.stop).start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        worker.run()
        # Threads of tasks that did not end in time must not keep the process: they have been given back.
        os._exit(0)
