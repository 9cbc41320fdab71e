"""Daphne, hardened for strangers and quickened for fan-out. Started by `manage.py serve` and `manage.py start`."""

import asyncio
import errno
import logging
import os
import socket
import stat
from collections.abc import Callable
from typing import Any

from daphne.server import Server as DaphneServer
from twisted.internet import reactor, tcp, unix
from twisted.logger import LogLevel, formatEvent, globalLogBeginner

from core.forwarded import trusted_scope
from core.http_protocol import Factory, Request
from core.limits import FRAME_BYTES
from core.mailbox import frame
from core.wire import Wire
from core.ws_protocol import InboundQueue, SocketFactory, SocketProtocol

logger = logging.getLogger(__name__)

__all__ = ["Server", "Wire", "frame", "listen_fd", "listen_tcp", "listen_unix"]

BACKLOG = 2048  # a thousand clients come back in one second when a process is replaced
HANDSHAKE_WITHIN = 15  # s


class Server(DaphneServer):
    """Serves an ASGI application on sockets that are listening already.

    `body_cap(method, path)` names the largest body a request may bring. `num_proxies` counts the proxies of ours in
    front; with any, the cap on connections per address is theirs to keep.
    """

    def __init__(
        self,
        application: Any,
        *,
        sockets: list[socket.socket],
        body_cap: Callable[[bytes, bytes], int],
        num_proxies: int = 0,
        max_connections: int = 20_000,
        max_connections_per_address: int = 500,
    ) -> None:
        super().__init__(
            application,
            endpoints=[str(listener.getsockname()) for listener in sockets],
            signal_handlers=False,
            request_buffer_size=64 * 1024,
            websocket_connect_timeout=HANDSHAKE_WITHIN,
            websocket_handshake_timeout=HANDSHAKE_WITHIN,
            websocket_max_message_size=FRAME_BYTES,
            websocket_max_frame_size=FRAME_BYTES,
            ping_interval=25,
            ping_timeout=30,
            server_name="",
        )
        self.sockets = sockets
        self.body_cap = body_cap
        self.num_proxies = num_proxies
        self.max_connections = max_connections
        self.max_connections_per_address = max_connections if num_proxies else max_connections_per_address
        self.connections: dict[Any, dict[str, Any]] = {}
        self.listeners: list[Any] = []

    def run(self) -> None:
        """Serve until stop(). The caller handles signals; see core/process.py."""
        globalLogBeginner.beginLoggingTo([_log_failures], redirectStandardIO=False, discardBuffer=True)
        self.http_factory = Factory(self)
        self.ws_factory = SocketFactory(self, server=None)
        self.ws_factory.setProtocolOptions(
            autoPingTimeout=self.ping_timeout,
            allowNullOrigin=True,  # the consumer judges the origin, with a reason
            openHandshakeTimeout=self.websocket_handshake_timeout,
            maxMessagePayloadSize=self.websocket_max_message_size,
            maxFramePayloadSize=self.websocket_max_frame_size,
            failByDrop=False,  # say why (1009, 1007, 1002) before leaving
            webStatus=False,
        )
        asyncio.set_event_loop(reactor._asyncioEventloop)
        reactor.callLater(1, self.application_checker)
        reactor.callLater(2, self.timeout_checker)
        for listener in self.sockets:
            listener.setblocking(False)
            self.listeners.append(_adopt(listener, self.http_factory))
        reactor.addSystemEventTrigger("before", "shutdown", self.kill_all_applications)
        reactor.run(installSignalHandlers=False)

    def stop_listening(self) -> None:
        """Take no new connection; those that are open stay."""
        for listener in self.listeners:
            listener.stopListening()
        for listener in self.sockets:
            listener.close()
        self.listeners = []

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> asyncio.Queue[Any] | None:
        """Start the application for a request or socket; answers the queue that it receives from."""
        trusted_scope(scope, self.num_proxies)
        scope["asgi"] = {"version": "3.0", "spec_version": "2.3"}
        queue: asyncio.Queue[Any]
        if isinstance(protocol, SocketProtocol):
            queue = InboundQueue(protocol.wire)
            scope["extensions"] = {"tenfold.wire": protocol.wire}
            protocol.client_addr = scope["client"]
        else:
            queue = asyncio.Queue()

        async def send(message: dict[str, Any]) -> None:
            await self.handle_reply(protocol, message)

        if protocol not in self.connections:
            return None
        task = asyncio.ensure_future(self.application(scope, queue.get, send))
        self.connections[protocol]["application_instance"] = task
        return queue

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """Daphne's, but an answer in parts is written no faster than it is read."""
        channel = getattr(protocol, "channel", None)  # of a request that is not answered yet
        await super().handle_reply(protocol, message)
        if channel is not None and message.get("more_body"):
            await channel.drained()

    def timeout_checker(self) -> None:
        for protocol in list(self.connections):
            try:
                protocol.check_timeouts()
            except Exception:  # one connection in a strange state must not end the deadlines of all others
                logger.exception("server: the deadlines of %r could not be checked", protocol)
        reactor.callLater(2, self.timeout_checker)

    def kill_all_applications(self) -> Any:
        # Daphne's fails on a connection that is still sending its headers.
        self.connections = {key: value for key, value in self.connections.items() if "application_instance" in value}
        return super().kill_all_applications()

    @property
    def open_sockets(self) -> list[SocketProtocol]:
        return [
            protocol
            for protocol, details in self.connections.items()
            if isinstance(protocol, SocketProtocol) and "disconnected" not in details
        ]

    @property
    def running_requests(self) -> int:
        return sum(
            isinstance(protocol, Request) and "application_instance" in details and "disconnected" not in details
            for protocol, details in self.connections.items()
        )


def _adopt(listener: socket.socket, factory: Factory) -> Any:
    """What reactor.adoptStreamPort does, but it would set the backlog to 50 and a unix socket's mode to 666."""
    if listener.family == socket.AF_UNIX:
        port = unix.Port._fromListeningDescriptor(reactor, listener.fileno(), factory)
        port.mode = stat.S_IMODE(os.stat(listener.getsockname()).st_mode)
    else:
        port = tcp.Port._fromListeningDescriptor(reactor, listener.fileno(), listener.family, factory)
    port.backlog = BACKLOG
    port.startListening()
    return port


def _log_failures(event: Any) -> None:
    """Twisted and Autobahn talk a lot about clients that come and go; only what broke on our side is kept."""
    if event.get("log_failure") is not None or event["log_level"] >= LogLevel.error:
        logger.error("server: %s", formatEvent(event), exc_info=_exc_info(event.get("log_failure")))


def _exc_info(failure: Any) -> Any:
    return failure and (failure.type, failure.value, failure.getTracebackObject())


def listen_tcp(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError, errno EADDRINUSE when somebody else has the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if host == "::" else 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def listen_unix(path: str, mode: int = 0o660) -> socket.socket:
    """A listening unix socket; one that a dead process left behind is replaced, one that answers is not."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if os.path.exists(path) and stat.S_ISSOCK(os.stat(path).st_mode):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            if probe.connect_ex(path) == 0:
                raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE), path)
        os.unlink(path)
    listener.bind(path)
    os.chmod(path, mode)
    listener.listen(BACKLOG)
    return listener


def listen_fd(fd: int) -> socket.socket:
    """A socket that somebody else (systemd, a supervisor) opened for us."""
    listener = socket.socket(fileno=fd)
    listener.listen(BACKLOG)
    return listener
