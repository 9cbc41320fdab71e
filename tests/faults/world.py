"""A Tenfold of its own: database, server processes that can be killed, and people who are signed in."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = 8  # the first six are in the group, the last is an outsider
MEMBERS = 6


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class World:
    """New people and an empty group, in the database of `folder` or `database_url`; made at the first use."""

    def __init__(self, folder: Path, database_url: str = "", **environment: str) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "FAILPOINT")},
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "TENFOLD_TESTING": "1",
            "BENCH": "1",
            "LIMITS": "off",
            "LOG_LEVEL": "ERROR",
            **environment,
        }
        self.servers: dict[int, subprocess.Popen[bytes]] = {}  # by port
        if not (folder / "migrated").exists():
            self._manage("migrate", "-v0")
            (folder / "migrated").touch()
        seed = folder / "seed.json"
        self._manage("bench_seed", str(seed), f"--people={PEOPLE}", f"--group={MEMBERS}")
        self.seed = json.loads(seed.read_text())
        self.group: int = self.seed["group"]

    def _manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def session(self, person: int) -> str:
        return self.seed["people"][person]["session"]

    def start(self, port: int, failpoint: str = "") -> None:
        environment = {**self.environment, "FAILPOINT": failpoint}
        command = [sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{port}"]
        self.servers[port] = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 40
        while not self._is_ready(port):
            assert time.monotonic() < deadline, "the server did not start"
            assert self.servers[port].poll() is None, "the server ended"
            time.sleep(0.1)

    def _is_ready(self, port: int) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=3):
                return True
        except OSError:
            return False

    def kill(self, port: int) -> None:
        self.servers[port].kill()
        self.servers[port].wait()

    def wait_for_death(self, port: int, seconds: float = 20) -> None:
        """Of a failpoint: the process must have died as by kill -9."""
        assert self.servers[port].wait(seconds) == -signal.SIGKILL

    def stop_all(self) -> None:
        for server in self.servers.values():
            server.kill()
            server.wait()
        self.servers.clear()

    def memory(self, port: int) -> int:
        """Resident bytes of the server."""
        statm = Path(f"/proc/{self.servers[port].pid}/statm").read_text()
        return int(statm.split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def get(self, port: int, path: str, person: int = 0) -> dict:
        """GET over REST. Raises OSError when nobody answers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", headers={"X-Session-Token": self.session(person)}
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.loads(response.read())

    def metric(self, port: int, name: str) -> float:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as response:
            lines = response.read().decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    def stored(self, port: int) -> list[dict]:
        """All messages of the group, ascending, as its first member reads them."""
        messages: list[dict] = []
        while True:
            after = messages[-1]["seq"] if messages else 0
            page = self.get(port, f"/api/v1/chats/{self.group}/messages?after={after}&limit=100")
            messages += page["messages"]
            if not page["has_after"]:
                return messages


@contextmanager
def postgres_database(url: str):
    """A new database beside the one of `url`; gone at the end."""
    name = f"tenfold_faults_{os.getpid()}"
    server = url.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield f"{server}/{name}"
    finally:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def redis_server(folder: Path):
    """A Redis that can be killed and started again: (port, start, kill)."""
    port = free_port()
    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < deadline, "Redis did not start"
                time.sleep(0.05)

    def kill() -> None:
        running[-1].kill()
        running[-1].wait()

    start()
    try:
        yield port, start, kill
    finally:
        kill()
