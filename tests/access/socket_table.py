"""Who may do what over the socket. A row: command, its arguments, and a rule as in rest_table.py ("ok" or a code)."""

from typing import Any

from .scene import INSIDE, OUTSIDE, ROLES

Rule = dict[str, str]


def inside(outside: str, **others: str) -> Rule:
    return {**dict.fromkeys(OUTSIDE, outside), **dict.fromkeys(INSIDE, "ok"), **others}


def everybody(**others: str) -> Rule:
    """About oneself, or a hint: outsiders get an `ok` for it too, and it does nothing (see test_socket.py)."""
    return {**dict.fromkeys(ROLES[1:], "ok"), **others}


COMMANDS: list[tuple[str, dict[str, Any], Rule]] = [
    ("resume", {}, everybody()),
    ("chat.open", {"chats": ["{chat}"]}, everybody()),
    (
        "message.send",
        {"chat": "{chat}", "client_id": "{new_uuid}", "text": "hello"},
        inside("chat_not_found", muted="sanctioned"),
    ),
    (
        "message.send",
        {"chat": "{direct}", "client_id": "{new_uuid}", "text": "hello"},
        dict.fromkeys(ROLES[1:], "chat_not_found") | {"owner": "blocked", "blocked": "blocked"},
    ),
    (
        "message.send",
        {"chat": "{own_chat}", "client_id": "{new_uuid}", "attachments": ["{loose}"]},
        everybody(**dict.fromkeys(ROLES[1:-1], "attachment_not_found")),
    ),
    ("chat.read", {"chat": "{chat}", "seq": 1}, inside("not_found")),
    ("chat.received", {"chats": {"{chat}": 1}}, everybody()),
    ("typing", {"chat": "{chat}", "action": "text"}, everybody()),
    ("presence.watch", {"users": ["{owner_id}"]}, everybody()),
    ("ping", {"open": {"{chat}": 0}}, everybody()),
]
