"""Enough of STUN and TURN (RFC 8489, 8656) to ask a relay for an address, and to be refused one."""

import hashlib
import hmac
import ipaddress
import secrets
import socket
import struct

_COOKIE = 0x2112A442
_ALLOCATE, _REFRESH, _PERMISSION = 0x0003, 0x0004, 0x0008
_USERNAME, _INTEGRITY, _ERROR, _REALM, _NONCE = 0x0006, 0x0008, 0x0009, 0x0014, 0x0015
_PEER, _RELAYED, _TRANSPORT = 0x0012, 0x0016, 0x0019
_NO_MORE = (0x000D, b"\0\0\0\0")  # a lifetime of none
_UDP = (_TRANSPORT, b"\x11\0\0\0")


# A relay remembers for a while who asked from which port, and refuses (437) another who gets that port: none is reused.
_used: list[socket.socket] = []


class TurnError(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class TurnClient:
    """With the credentials of calls/turn.py. Raises TurnError: 401 for wrong or expired ones, 403 for refused peers."""

    def __init__(self, port: int, username: str, credential: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(3)
        self._socket.connect(("127.0.0.1", port))
        self._username, self._credential = username, credential
        self._realm = self._nonce = b""
        self._has_address = False

    def allocate(self) -> tuple[str, int]:
        """The relay's address for us."""
        try:
            self._ask(_ALLOCATE, [_UDP])
        except TurnError as error:
            if error.code != 401:
                raise
        found = self._ask(_ALLOCATE, [_UDP, *self._signing()])
        self._has_address = True
        port, address = struct.unpack("!xxHI", found[_RELAYED][:8])
        return str(ipaddress.IPv4Address(address ^ _COOKIE)), port ^ (_COOKIE >> 16)

    def permit(self, peer: str) -> None:
        """May what comes from `peer` reach us, and ours it?"""
        address = int(ipaddress.IPv4Address(peer)) ^ _COOKIE
        value = struct.pack("!xBHI", 1, 9999 ^ (_COOKIE >> 16), address)
        self._ask(_PERMISSION, [(_PEER, value), *self._signing()])

    def close(self) -> None:
        if self._has_address:
            self._ask(_REFRESH, [_NO_MORE, *self._signing()])
        _used.append(self._socket)

    def _signing(self) -> list[tuple[int, bytes]]:
        return [(_USERNAME, self._username.encode()), (_REALM, self._realm), (_NONCE, self._nonce)]

    def _ask(self, kind: int, attributes: list[tuple[int, bytes]]) -> dict[int, bytes]:
        transaction = secrets.token_bytes(12)
        body = b"".join(_attribute(*one) for one in attributes)
        if any(name == _USERNAME for name, _value in attributes):
            signed = struct.pack("!HHI", kind, len(body) + 24, _COOKIE) + transaction + body
            secret = f"{self._username}:{self._realm.decode()}:{self._credential}".encode()
            key = hashlib.md5(secret, usedforsecurity=False).digest()
            body += _attribute(_INTEGRITY, hmac.new(key, signed, hashlib.sha1).digest())
        self._socket.send(struct.pack("!HHI", kind, len(body), _COOKIE) + transaction + body)
        found = _attributes(self._socket.recv(2048))
        self._realm, self._nonce = found.get(_REALM, self._realm), found.get(_NONCE, self._nonce)
        if _ERROR in found:
            raise TurnError(found[_ERROR][2] * 100 + found[_ERROR][3])
        return found


def _attribute(name: int, value: bytes) -> bytes:
    return struct.pack("!HH", name, len(value)) + value + b"\0" * (-len(value) % 4)


def _attributes(packet: bytes) -> dict[int, bytes]:
    found, at = {}, 20
    while at + 4 <= len(packet):
        name, length = struct.unpack("!HH", packet[at : at + 4])
        found[name] = packet[at + 4 : at + 4 + length]
        at += 4 + length + (-length % 4)
    return found
