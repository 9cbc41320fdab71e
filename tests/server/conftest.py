import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def running(where: str = "tcp", proxies: int = 0):
    """The small application on the real server: its port, or the path of its unix socket."""
    command = [sys.executable, "-m", "tests.server.application", where, str(proxies)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ, "TENFOLD_TESTING": "1"})
    try:
        line = process.stdout.readline().decode().strip()
        yield int(line) if where == "tcp" else line
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def port():
    with running() as port:
        yield port


@pytest.fixture(scope="module")
def proxied_port():
    with running(proxies=1) as port:
        yield port
