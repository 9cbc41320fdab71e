"""The least there is of an HTTP client: one connection that is kept, one request after the other."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit


class Answer:
    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def json(self) -> Any:
        return json.loads(self.body)


class Visitor:
    """A signed-in client of the REST interface, and of the pages by the same session."""

    def __init__(self, url: str, session: str) -> None:
        parts = urlsplit(url)
        self._place = (parts.hostname, parts.port or 80)
        self._host, self._session = parts.netloc, session
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._place)
        reader, writer = self._streams
        data = b"" if body is None else json.dumps(body).encode()
        lines = [
            f"{method} {path} HTTP/1.1", f"Host: {self._host}", f"X-Session-Token: {self._session}",
            f"Cookie: sessionid={self._session}", "User-Agent: Mozilla/5.0 (bench)", f"Content-Length: {len(data)}",
        ]  # fmt: skip
        lines += ["Content-Type: application/json"] if data else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + data)
        answer = await self._read(reader)
        if answer.headers.get("connection") == "close":
            self.leave()
        return answer

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await reader.readline(), 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readline()
        else:
            body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Answer(int(head[0].split()[1]), headers, body)

    def leave(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
