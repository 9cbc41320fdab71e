"""A small ASGI application, served by the real server in a process of its own: `python -m tests.server.application`.

It shows what the server does to requests and sockets, without Django behind it.
"""

import asyncio
import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from core.guard import body_cap  # noqa: E402
from core.mailbox import frame  # noqa: E402
from core.server import Server, listen_tcp, listen_unix  # noqa: E402


async def application(scope, receive, send):
    await (_socket if scope["type"] == "websocket" else _request)(scope, receive, send)


async def _request(scope, receive, send):
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
        if not message["more_body"]:
            break
    if scope["path"] == "/big":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(1600):
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return
    if scope["path"] == "/memory":
        answer = {"rss": _rss()}
    else:
        answer = {
            "client": scope["client"],
            "scheme": scope["scheme"],
            "root_path": scope["root_path"],
            "path": scope["path"],
            "headers": [[name.decode(), value.decode()] for name, value in scope["headers"]],
            "length": len(body),
        }
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


async def _socket(scope, receive, send):
    """Echoes frames over the wire; `slow` takes none; `flood N` sends N frames of 1 KiB as the wire drains."""
    wire = scope["extensions"]["tenfold.wire"]
    await receive()
    await send({"type": "websocket.accept"})
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text") or "binary"
        if text == "slow":
            await asyncio.sleep(2)
        elif text.startswith("flood "):
            await _flood(wire, int(text.split()[1]))
        elif text == "close":
            wire.send_frame(frame(b"last word"))
            wire.close(1012, "restart")
        elif text == "scope":
            wire.send_frame(frame(json.dumps([scope["client"], scope["scheme"], scope["root_path"]]).encode()))
        else:
            wire.send_frame(frame(text.encode()))


async def _flood(wire, count):
    drained = asyncio.Event()
    wire.on_drain = drained.set
    for number in range(count):
        while wire.buffered:
            drained.clear()
            await drained.wait()
        wire.send_frame(frame(b"%08d" % number + b"x" * 1016))


def _rss() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def main() -> None:
    where, proxies = sys.argv[1], int(sys.argv[2])
    listener = listen_tcp("127.0.0.1", 0) if where == "tcp" else listen_unix(where)
    server = Server(application, sockets=[listener], body_cap=body_cap, num_proxies=proxies)
    print(listener.getsockname()[1] if where == "tcp" else where, flush=True)
    server.run()


if __name__ == "__main__":
    main()
