"""The one way out: HTTP to addresses that strangers gave us (linked pages, push services, feeds).

Where a request goes is judged when it connects, on the very address it connects to (requests-hardened resolves once
and pins), so a name that answers differently the second time gains nothing. Each redirect is a request of its own.
A deadline covers all of it: a server that sends a byte now and then is cut off by a timer on the socket.
"""

import ipaddress
import os
import re
import socket
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3
from django.conf import settings
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

MAX_REDIRECTS = 5
PORTS = {"http": (None, 80), "https": (None, 443)}
_STEP_SECONDS = 5.0  # for one connect, one read
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_CHUNK = 16_384
USER_AGENT = f"Mozilla/5.0 (compatible; TenfoldBot/1.0; +{settings.SITE_URL or 'https://tenfold.invalid'})"

# Python 3.11.7 calls several of these global; some more are ways through a translator into a private network.
_REFUSED_4 = [
    ipaddress.IPv4Network(net) for net in ("100.64.0.0/10", "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24")
]
_REFUSED_6 = [
    ipaddress.IPv6Network(net)
    for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "64:ff9b::/96", "64:ff9b:1::/48", "fec0::/10")
]
_ALLOWED_6 = ipaddress.IPv6Network("2000::/3")
# What inet_aton reads as an address though it does not look like one: 127.1, 0x7f.1, 2130706433, 0177.0.0.1.
_NUMERIC_END = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$", re.IGNORECASE)
_UNCLEAN = re.compile(r"[\s\\\x00-\x1f\x7f]")
_DOTTED = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?[1-9]?\d|10\d)\.){3}(?:25[0-5]|2[0-4]\d|1?[1-9]?\d|10\d)")


class OutgoingError(Exception):
    """`reason`: refused, bad_url, too_large, too_slow, too_many_redirects, wrong_type, status, broken (what was sent
    cannot be unpacked), unreachable."""

    def __init__(self, reason: str, detail: object = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True)
class Answer:
    status: int
    url: str  # after redirects
    content: bytes
    content_type: str  # lower case, without parameters
    charset: str


@dataclass(frozen=True)
class Reply:
    """Whatever the server said, after redirects."""

    status: int
    url: str
    headers: Mapping[str, str]  # names in any case
    content: bytes  # empty unless the status is 200
    content_type: str
    charset: str
    moved_to: str  # where permanent redirects (301, 308) alone led, "" when there were none


def fetch(
    url: str,
    *,
    max_bytes: int,
    types: Collection[str],
    is_cut: bool = False,
    deadline: float = 10.0,
    allow_loopback: bool = False,
) -> Answer:
    """GET, following redirects. Raises OutgoingError for everything but a 200 of one of these content types.

    `max_bytes` holds on the wire and unpacked; with `is_cut` the beginning is answered instead of too_large.
    `allow_loopback` is for tests with a server of their own.
    """
    headers = {"Accept": ", ".join(types), "Accept-Language": "en;q=0.8, *;q=0.5"}
    with _guarded(deadline, allow_loopback) as (session, clock):
        for _hop in range(MAX_REDIRECTS + 1):
            with _send(session, "GET", url, clock, headers=headers) as response:
                if response.status_code in _REDIRECTS and (target := response.headers.get("Location")):
                    url = _joined(url, target)
                    continue
                if response.status_code != 200:
                    raise OutgoingError("status", response.status_code)
                content_type, charset = _content_type(response.headers.get("Content-Type", ""))
                if content_type not in types:
                    raise OutgoingError("wrong_type", content_type)
                content = _read(response, max_bytes, is_cut, clock)
                return Answer(200, url, content, content_type, charset)
    raise OutgoingError("too_many_redirects")


def ask(
    url: str,
    *,
    max_wire_bytes: int,
    max_bytes: int,
    headers: Mapping[str, str],
    deadline: float = 20.0,
    allow_loopback: bool = False,
) -> Reply:
    """GET with these headers, following redirects; every status is an answer. Raises OutgoingError for the rest.

    `max_wire_bytes` holds for what comes over the line, `max_bytes` for it unpacked.
    """
    moved_to, is_permanent = "", True
    with _guarded(deadline, allow_loopback) as (session, clock):
        for _hop in range(MAX_REDIRECTS + 1):
            with _send(session, "GET", url, clock, headers=headers) as response:
                if response.status_code in _REDIRECTS and (target := response.headers.get("Location")):
                    url = _joined(url, target)
                    is_permanent = is_permanent and response.status_code in _PERMANENT
                    moved_to = url if is_permanent else moved_to
                    continue
                kind, charset = _content_type(response.headers.get("Content-Type", ""))
                is_read = response.status_code == 200
                content = _read(response, max_bytes, False, clock, max_wire_bytes) if is_read else b""
                return Reply(response.status_code, url, response.headers, content, kind, charset, moved_to)
    raise OutgoingError("too_many_redirects")


def post(
    url: str, body: bytes, *, headers: Mapping[str, str], deadline: float = 10.0, allow_loopback: bool = False
) -> int:
    """POST; answers the status. Redirects are not followed and the answer's body is not read."""
    with (
        _guarded(deadline, allow_loopback) as (session, clock),
        _send(session, "POST", url, clock, headers=headers, data=body) as response,
    ):
        return response.status_code


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError as error:
        raise OutgoingError("bad_url", error) from error


def check_url(url: str, *, schemes: Collection[str] = ("http", "https")) -> None:
    """Raises OutgoingError for what can be told from the text: scheme, port, password, odd ways to write an address."""
    parts = _checked_text(url)
    if parts.scheme not in schemes:
        raise OutgoingError("bad_url", parts.scheme)
    _check_host(parts.hostname or "", parts.port, parts.scheme)


def _checked_text(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (raises ValueError)
    except ValueError as error:
        raise OutgoingError("bad_url", error) from error
    if parts.scheme not in PORTS or not parts.hostname or len(url) > 4000 or _UNCLEAN.search(url):
        raise OutgoingError("bad_url")
    if parts.username is not None or parts.password is not None:
        raise OutgoingError("bad_url", "names a password")
    return parts


def _check_host(host: str, port: int | None, scheme: str) -> None:
    if port not in PORTS[scheme]:
        raise OutgoingError("refused", f"port {port}")
    if _NUMERIC_END.search(host) and not _DOTTED.fullmatch(host):
        raise OutgoingError("refused", f"odd address {host}")


def is_public(address: str) -> bool:
    """May we connect there? Only to addresses of the open internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # a zone ("fe80::1%eth0") among others
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        return ip in _ALLOWED_6 and ip.is_global and not any(ip in net for net in _REFUSED_6)
    is_special = ip.is_multicast or ip.is_reserved or ip.is_unspecified
    return ip.is_global and not is_special and not any(ip in net for net in _REFUSED_4)


# --- inside -----------------------------------------------------------------------------------


class _Deadline:
    """Cuts the connections opened meanwhile when the time is over, whatever they are waiting for."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self.is_over = False
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def step(self) -> float:
        """Seconds that one step may take now."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise OutgoingError("too_slow")
        return min(left, _STEP_SECONDS)

    def watch(self, sock: socket.socket) -> None:
        # A duplicate, which stays valid when TLS takes the original over; shutting it down ends the connection.
        with self._lock:
            self._sockets.append(socket.socket(fileno=os.dup(sock.fileno())))
        if self.is_over:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            self.is_over = True
            for sock in self._sockets:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # closed by the other side already

    def close(self) -> None:
        self._timer.cancel()
        with self._lock:
            for sock in self._sockets:
                sock.close()
            self._sockets.clear()


_clock: ContextVar[_Deadline] = ContextVar("outgoing_deadline")


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        _clock.get().watch(sock)
        return sock


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        _clock.get().watch(sock)
        return sock


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(IPFilterAdapter):
    """requests-hardened's adapter resolves the name once and puts the address in its place: we judge that address."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        parts = urlsplit(request.url)  # before super() puts the address in the name's place
        is_test_server = self._allow_loopback and parts.hostname in ("127.0.0.1", "::1")
        if not is_test_server:
            _check_host(parts.hostname or "", parts.port, parts.scheme)
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(request, verify, cert)
        if not is_test_server and not is_public(host_params["host"].strip("[]")):
            raise OutgoingError("refused", host_params["host"])
        return host_params, pool_kwargs


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Redirects are ours: requests would read the whole body of one before it says where it leads."""


@contextmanager
def _guarded(deadline: float, allow_loopback: bool) -> Iterator[tuple[requests.Session, _Deadline]]:
    clock = _Deadline(deadline)
    token = _clock.set(clock)
    session = _Session()
    session.trust_env = False  # no proxy and no .netrc from the environment
    session.headers = requests.structures.CaseInsensitiveDict(
        {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"}
    )
    session.mount("http://", _Adapter(is_https_proto=False, allow_loopback=allow_loopback))
    session.mount("https://", _Adapter(is_https_proto=True, allow_loopback=allow_loopback))
    try:
        yield session, clock
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        if clock.is_over:
            raise OutgoingError("too_slow") from error
        raise OutgoingError(_reason(error), type(error).__name__) from error
    finally:
        _clock.reset(token)
        session.close()
        clock.close()


def _reason(error: Exception) -> str:
    if isinstance(error, InvalidIPAddress):
        return "refused"
    if isinstance(error, urllib3.exceptions.DecodeError):
        return "broken"
    return "bad_url" if isinstance(error, ValueError) else "unreachable"  # what idna or urllib3 cannot stomach


@contextmanager
def _send(
    session: requests.Session, method: str, url: str, clock: _Deadline, **what: Any
) -> Iterator[requests.Response]:
    _checked_text(url)
    step = clock.step()
    response = session.request(method, url, timeout=(step, step), allow_redirects=False, stream=True, **what)
    try:
        if clock.is_over:  # cut off in the middle of the headers
            raise OutgoingError("too_slow")
        yield response
    finally:
        response.close()


def _read(
    response: requests.Response, max_bytes: int, is_cut: bool, clock: _Deadline, max_wire_bytes: int | None = None
) -> bytes:
    content = bytearray()
    while True:
        clock.step()
        chunk = response.raw.read(_CHUNK, decode_content=True)
        if clock.is_over:
            raise OutgoingError("too_slow")
        if not chunk:
            return bytes(content)
        content += chunk
        if len(content) > max_bytes or response.raw.tell() > (max_wire_bytes or max_bytes):
            if is_cut:
                return bytes(content[:max_bytes])
            raise OutgoingError("too_large")


def _content_type(header: str) -> tuple[str, str]:
    kind, _, parameters = header.partition(";")
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", parameters, re.IGNORECASE)
    return kind.strip().lower(), found[1].lower() if found else ""
