"""Has documents read by a child process, one at a time, and kills it when it takes too long.

One child serves many documents: starting one costs a quarter of a second, killing one nothing.
"""

import json
import select
import struct
import subprocess
import sys
import threading
import time
from typing import Any

from django.conf import settings

from news.fetching.documents import FeedError, ParsedFeed, from_json

SECONDS = 10.0  # for one document


class Parser:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def parse(self, content: bytes, *, content_type: str, url: str) -> dict[str, Any]:
        head = json.dumps({"length": len(content), "content_type": content_type, "url": url}).encode()
        with self._lock:
            child = self._running()
            end = time.monotonic() + SECONDS
            # A timer, and not only a wait for the answer: a child that no longer reads would hold up the writing.
            timer = threading.Timer(SECONDS, child.kill)
            timer.start()
            try:
                assert child.stdin is not None
                child.stdin.write(struct.pack(">I", len(head)) + head + content)
                child.stdin.flush()
                length = struct.unpack(">I", self._read(child, 4, end))[0]
                answer: dict[str, Any] = json.loads(self._read(child, length, end))
                return answer
            except (OSError, EOFError) as error:
                self._end(child)
                raise FeedError("too_slow" if time.monotonic() >= end - 0.1 else "broken", "the parser died") from error
            finally:
                timer.cancel()

    def close(self) -> None:
        with self._lock:
            if self._child is not None:
                self._end(self._child)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "news.fetching.child"],
                cwd=settings.BASE_DIR,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._child

    @staticmethod
    def _read(child: "subprocess.Popen[bytes]", count: int, end: float) -> bytes:
        assert child.stdout is not None
        content = b""
        while len(content) < count:
            ready, _w, _x = select.select([child.stdout], [], [], max(0.0, end - time.monotonic()))
            piece = child.stdout.read1(count - len(content)) if ready else b""  # type: ignore[attr-defined]
            if not piece:
                raise EOFError
            content += piece
        return content

    def _end(self, child: "subprocess.Popen[bytes]") -> None:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what it did not read any more
        self._child = None


_parser = Parser()


def parse(content: bytes, *, content_type: str, url: str) -> ParsedFeed:
    """What the document says. Raises FeedError: not_a_feed, empty, broken, too_slow."""
    if not content.strip():
        raise FeedError("empty")
    answer = _parser.parse(content, content_type=content_type, url=url)
    if "error" in answer:
        raise FeedError(answer["error"], answer.get("detail", ""))
    return from_json(answer["feed"])
