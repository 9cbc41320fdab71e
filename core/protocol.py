"""docs/protocol.md: the socket, written up from its own declarations."""

import inspect
import types
import typing
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings

from core import commands, events, limits, mailbox, socket
from core.commands import Command
from core.events import Event

_FRAME_KIB = limits.FRAME_BYTES // 1024
_MAILBOX_KIB = mailbox.MAX_BYTES // 1024
_PACE = f"{socket.FRAMES_PER_SECOND:.0f} frames a second ({socket.FRAME_BURST:.0f} at once)"
_STALL = f"{mailbox.STALL_SECONDS:.0f} s"

_INTRODUCTION = f"""# The socket, `/ws/v1`

*Made by `manage.py protocol` from the declarations in the code; a test fails when it is stale.*

A mobile client needs this page and the REST description (`/api/v1/schema`, `/api/v1/docs`). Nouns named in capitals
(Message, Head, My, …) are the components of that description.

## Signing in

`POST /_allauth/app/v1/auth/login` with `{{"username": "alice", "password": "…"}}` answers `meta.session_token`. Send it
as `X-Session-Token` with REST calls. Open the socket with one of

- `wss://host/ws/v1?ticket=…`: from `POST /api/v1/socket-ticket`, or the `ticket` of the last `hello`, valid for a day,
- the header `X-Session-Token`,
- the session cookie; a browser's `Origin` must then be the service's own, scheme, host and port.

Refused handshakes answer 403. When the session ends, open sockets get `bye` and are closed with 4401.

## Frames

Text frames of at most {_FRAME_KIB} KiB, one JSON object each. Refused: NaN, duplicate keys, lone surrogates, NUL,
integers beyond 64 bits, more than 32 levels. A bad frame is answered, it never closes the socket;
{_PACE} are taken, then `rate_limited`; who goes on regardless is closed with 4429.

    -> {{"id": "7", "do": "message.send", "chat": 12, "client_id": "0b4e…", "text": "hello"}}
    <- {{"re": "7", "ok": {{"message": {{…}}, "is_new": true}}}}
    <- {{"re": "7", "error": {{"code": "slow_mode", "detail": "Slow mode is on.", "retry_after": 17}}}}
    <- {{"event": "message.created", "chat": 12, "modseq": 405, "data": {{…}}}}

`id` is any string of up to 64 characters; answers may come in another order than the commands. Commands of one socket
are carried out in the order in which they came.

## Never losing anything

A push is a hint; what is stored is the truth. Every chat has a counter `modseq`, the n-th change; every person has a
counter `fact_seq`, the n-th change of a private fact. For each chat keep the modseq you have, and on an event with
`modseq` m: m = have + 1, apply; m <= have, drop; otherwise wait half a second, then
`GET /api/v1/chats/{{id}}/changes?after=have` until `has_more` is false. `reset` means: load the newest page instead.

Two things follow from an event without one of their own: `unread_count` is `last_seq - max(read_seq, joined_seq)`, and
the `rights` of plain members (yours too) are the chat's `default_rights`, so a `chat.changed` may change them.

After each connect send `resume` with the last token. Every 30 s send `ping` with the modseqs of the chats on screen and
fetch the changes of those it calls `behind`. On `resync`, resume again. A send without an answer is sent again with the
same `client_id`, as often as it takes: it is stored once.

Reconnect after `random(0, min(60 s, 1 s * 2^n))`; a `retry_after` of the server wins; never after 4401 without a new
ticket.

## Being slow

At most {mailbox.MAX_EVENTS} events or {_MAILBOX_KIB} KiB wait for a socket. At half of that typing and marks are left
out; beyond it what waits is forgotten and one `resync` is sent. A socket that takes nothing for {_STALL} is cut.
"""

_CONTROL = """## Control events

| event | data |
|---|---|
| `hello` | first after connecting: `user`, `version`, `ticket` (for the next connect), `limits`, `level` |
| `resync` | `{}`; events may have been lost: resume |
| `bye` | `reason` (`revoked`, `flood`, `drain`), `retry_after_ms` when it is about to stop; the socket closes next |
"""

_COMMON_ERRORS = "`bad_json` `bad_argument` `frame_too_large` `unknown_command` `rate_limited` `server_error`"


def path() -> Path:
    return Path(settings.BASE_DIR) / "docs" / "protocol.md"


def text() -> str:
    parts = [_INTRODUCTION, "## Commands\n\nEvery command can also answer " + _COMMON_ERRORS + ".\n"]
    parts += [_command(one) for one in commands.registry.values()]
    parts += [_CONTROL, _events()]
    return "\n".join(parts)


def _command(command: Command) -> str:
    lines = [f"### `{command.name}`", "", " ".join(command.doc.split()), ""]
    if command.parameters:
        lines += ["| argument | type | |", "|---|---|---|"]
        for name, parameter in command.parameters.items():
            need = "required" if parameter.default is inspect.Parameter.empty else "optional"
            lines.append(f"| `{name}` | {_type(command.hints[name])} | {need} |")
        lines.append("")
    lines.append(f"`ok`: {command.answer}")
    if command.errors:
        lines += ["", "Errors: " + " ".join(f"`{code}`" for code in command.errors)]
    return "\n".join(lines) + "\n"


def _type(hint: Any) -> str:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_type(one) for one in arguments)
    if origin is typing.Literal:
        return " or ".join(f"`{one}`" for one in arguments)
    if origin is list:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"object: {_type(arguments[0])} to {_type(arguments[1])}"
    names = {int: "integer", str: "string", bool: "boolean", uuid.UUID: "UUID", type(None): "null", dict: "object"}
    return names.get(hint, "any")


def _events() -> str:
    lines = ["## Events", "", "| event | to | what |", "|---|---|---|"]
    for name, event in sorted(events.registry.items()):
        lines.append(f"| `{name}` | {_audience(event)} | {' '.join((event.__doc__ or '').split())} |")
    return "\n".join(lines) + "\n"


def _audience(event: type[Event]) -> str:
    if event.only_open:
        return "the chat, where it is open"
    return "may be left out" if event.droppable else "always"
