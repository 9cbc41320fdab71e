"""A relay (coturn) and a media server (Janus) of one's own, from the configuration in deploy/, while a test runs.

    with local_coturn(tmp_path) as relay:      # relay.urls, relay.secret
        for name, value in relay.settings.items():
            setattr(settings, name, value)     # of pytest-django; or ...
        environment |= relay.environ           # ... of a server process that is started beside it

    with local_janus(tmp_path) as janus:       # janus.url (HTTP, for us), janus.public_url (WebSocket, for people)
        ...                                    # janus.settings and janus.environ as above

Both listen on loopback only, on ports that are free, with files in the folder given, and are gone afterwards. Where a
program is not installed (apt install coturn janus), `needs_coturn` and `needs_janus` skip the test and say so. Janus
takes no media on loopback itself: it offers the machine's other addresses, which is right for browsers on it too.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
_START_SECONDS = 15.0

needs_coturn = pytest.mark.skipif(not shutil.which("turnserver"), reason="no coturn here: apt install coturn")
needs_janus = pytest.mark.skipif(not shutil.which("janus"), reason="no Janus here: apt install janus")


@dataclass(frozen=True)
class LocalTurn:
    """`port`: STUN and TURN over UDP and TCP."""

    port: int
    secret: str
    log: Path

    @property
    def urls(self) -> list[str]:
        address = f"turn:127.0.0.1:{self.port}"
        return [f"{address}?transport=udp", f"{address}?transport=tcp"]

    @property
    def settings(self) -> dict[str, object]:
        return {"TURN_URLS": self.urls, "TURN_SECRET": self.secret}

    @property
    def environ(self) -> dict[str, str]:
        return {"TURN_URLS": ",".join(self.urls), "TURN_SECRET": self.secret}


@dataclass(frozen=True)
class LocalJanus:
    url: str
    public_url: str
    api_secret: str
    token_secret: str
    log: Path
    ports: tuple[int, int]  # HTTP, WebSocket

    @property
    def settings(self) -> dict[str, str]:
        return {
            "JANUS_URL": self.url,
            "JANUS_PUBLIC_URL": self.public_url,
            "JANUS_API_SECRET": self.api_secret,
            "JANUS_TOKEN_SECRET": self.token_secret,
        }

    @property
    def environ(self) -> dict[str, str]:
        return self.settings


@contextmanager
def local_coturn(folder: Path, *, relays_to_loopback: bool = True) -> Iterator[LocalTurn]:
    """`relays_to_loopback`: both ends are on this machine, so the relay reaches that. False: as deployed."""
    port, secret = free_ports(1)[0], secrets.token_urlsafe(24)
    text = (DEPLOY / "coturn" / "turnserver.conf").read_text()
    for line in ("cert=", "pkey=", "syslog", "tls-listening-port="):
        text = re.sub(rf"(?m)^{line}.*$", "", text)
    text = text.replace("static-auth-secret=TURN-SECRET", f"static-auth-secret={secret}")
    text = re.sub(r"(?m)^listening-port=.*$", f"listening-port={port}", text)
    text += "\nlistening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nno-tls\nno-dtls\nlog-file=stdout\nsimple-log\n"
    text += f"pidfile={folder / 'turnserver.pid'}\nuserdb={folder / 'turndb'}\n"
    if relays_to_loopback:
        text += "allow-loopback-peers\nallowed-peer-ip=127.0.0.1\n"
    config, log = folder / "turnserver.conf", folder / "turnserver.log"
    config.write_text(text)
    with _running(["turnserver", "-c", str(config)], log, port):
        yield LocalTurn(port=port, secret=secret, log=log)


@contextmanager
def local_janus(
    folder: Path, *, ports: Sequence[int] = (), secrets_from: LocalJanus | None = None
) -> Iterator[LocalJanus]:
    """`ports` and `secrets_from`: to start the same one again, as after a crash."""
    http, ws = ports or free_ports(2)
    api_secret = secrets_from.api_secret if secrets_from else secrets.token_urlsafe(24)
    token_secret = secrets_from.token_secret if secrets_from else secrets.token_urlsafe(24)
    config = folder / "janus"
    config.mkdir(exist_ok=True)
    for path in (DEPLOY / "janus").glob("*.jcfg"):
        text = path.read_text().replace("API-SECRET", api_secret).replace("TOKEN-SECRET", token_secret)
        text = text.replace('"/etc/tenfold/janus"', f'"{config}"').replace("port = 8088", f"port = {http}")
        (config / path.name).write_text(text.replace("ws_port = 8188", f"ws_port = {ws}"))
    log = folder / "janus.log"
    with _running(["janus", "--disable-colors", f"--configs-folder={config}"], log, http, ws):
        yield LocalJanus(
            url=f"http://127.0.0.1:{http}/janus",
            public_url=f"ws://127.0.0.1:{ws}",
            api_secret=api_secret,
            token_secret=token_secret,
            log=log,
            ports=(http, ws),
        )


@contextmanager
def _running(command: Sequence[str], log: Path, *ports: int) -> Iterator[None]:
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env={**os.environ})
    try:
        _wait_for(process, log, ports)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)


def _wait_for(process: subprocess.Popen[bytes], log: Path, ports: Sequence[int]) -> None:
    until = time.monotonic() + _START_SECONDS
    while not all(_answers(port) for port in ports):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_ports(count: int) -> list[int]:
    """All at once, so that they differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in held]
    for server in held:
        server.close()
    return ports
