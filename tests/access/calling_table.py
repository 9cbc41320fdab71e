"""Who may do what with calls: over REST, on the socket, on their pages. Data; rules as in rest_table.py.

In the scene (calling_scene.py) the member and the muted one are in the `group_call`, and `ring` rings for the owner.
"""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from .rest_table import MUTED, NO_RIGHT, Rule, inside, mine, signed_in
from .scene import INSIDE, OUTSIDE, ROLES

_LOGIN = "/accounts/login/"
_NO_CALL, _NO_LINK, _NOT_IN = "404 call_not_found", "404 link_not_found", "409 not_in_call"
_PLAN = {"chat": "{chat}", "title": "Oaks", "starts_at": (timezone.now() + timedelta(days=1)).isoformat()}
_HERE, _LEG = {"device": "{new_uuid}"}, {"device": "{leg}"}
_SIGNAL = {**_LEG, "to_device": "{muted_leg}", "n": 1, "description": {"type": "offer", "sdp": "v=0\r\n"}}
_NO_SERVER = "409 no_media_server"

CALLING: list[tuple[str, str, Any, Rule]] = [
    # --- the log, and starting
    ("get", "calls", None, signed_in(200)),
    ("post", "calls", {"chat": "{chat}", **_HERE}, inside(200, muted=MUTED)),
    ("post", "calls", {"chat": "{direct}", **_HERE}, mine("403 blocked_by_you") | {"blocked": 201}),
    ("post", "calls", {"chat": "{own_chat}", **_HERE}, signed_in("403 no_calls_here")),
    ("post", "calls/seen", None, signed_in(204)),
    ("delete", "calls/log", None, signed_in(204)),
    ("delete", "calls/{group_call}/log", None, signed_in(_NO_CALL, member=204, muted=204)),
    ("get", "calls/running", None, signed_in(200)),
    # --- one's own telephone
    ("get", "calls/{ring}", None, mine(200, _NO_CALL)),
    ("post", "calls/{ring}/ringing", None, mine(200, _NO_CALL)),
    ("post", "calls/{ring}/answer", _HERE, mine(200, _NO_CALL)),
    ("post", "calls/{ring}/decline", {"text": "Later"}, mine(200, _NO_CALL)),
    ("post", "calls/{ring}/join", _HERE, mine("409 not_answered", _NO_CALL)),
    ("post", "calls/{ring}/hang-up", _HERE, mine(_NOT_IN, _NO_CALL)),
    ("post", "calls/{ring}/signals", _SIGNAL, mine("409 not_answered", _NO_CALL)),
    # --- the call of the group
    ("get", "calls/{group_call}", None, inside(200, _NO_CALL)),
    ("post", "calls/{group_call}/answer", _HERE, inside("409 not_ringing", _NO_CALL)),
    ("post", "calls/{group_call}/join", _HERE, inside(200, _NO_CALL, muted=MUTED)),
    ("post", "calls/{group_call}/hang-up", _LEG, inside(_NOT_IN, _NO_CALL, member=200)),
    ("post", "calls/{group_call}/ping", _LEG, signed_in(_NO_CALL, member=200)),
    ("get", "calls/{group_call}/ice", None, inside(200, _NO_CALL)),
    ("get", "calls/{group_call}/signals?device={leg}", None, inside(_NOT_IN, _NO_CALL, member=200)),
    ("post", "calls/{group_call}/signals", _SIGNAL, inside(_NOT_IN, _NO_CALL, member=200)),
    ("patch", "calls/{group_call}/legs/{leg}", {"is_muted": True}, inside(_NOT_IN, _NO_CALL, member=200)),
    ("delete", "calls/{group_call}/legs/{leg}", None, inside(NO_RIGHT, _NO_CALL, owner=200)),
    ("post", "calls/{group_call}/mute", {}, inside(NO_RIGHT, _NO_CALL, owner=204)),
    # --- groups: links, the lobby, plans, the media server
    ("post", "calls/links", {"chat": "{chat}"}, inside(NO_RIGHT, owner=200)),
    ("get", "calls/links/{call_token}", None, signed_in(200, banned=_NO_LINK)),
    ("delete", "calls/links/{call_token}", None, inside(NO_RIGHT, _NO_LINK, owner=204)),
    ("post", "calls/links/{call_token}/knock", None, inside("409 is_member", 200, banned=_NO_LINK, muted=MUTED)),
    ("get", "calls/{group_call}/lobby", None, inside(NO_RIGHT, _NO_CALL, owner=200)),
    ("post", "calls/{group_call}/lobby/{knocker}", {"admit": True}, inside(NO_RIGHT, _NO_CALL, owner=200)),
    ("post", "calls/{group_call}/media", None, inside(_NOT_IN, _NO_CALL, member=_NO_SERVER, muted=_NO_SERVER)),
    ("get", "calls/plans", None, signed_in(200)),
    ("get", "calls/plans?chat={chat}", None, inside(200)),
    ("post", "calls/plans", _PLAN, inside(201, muted=MUTED)),
    ("delete", "calls/plans/{plan}", None, inside(NO_RIGHT, "404 plan_not_found", owner=204)),
]

# path -> status, or where it leads; as in test_pages.py
PAGES: dict[str, tuple[int | str, int | str]] = {
    "/calls/": (_LOGIN, 200),
    "/calls/seen": (_LOGIN, 405),
    "/calls/clear": (_LOGIN, 405),
    "/calls/{group_call}/remove": (_LOGIN, 405),
}
OF_THE_GROUP = ("/calls/plans/{plan}.ics",)  # its members see it, to others there is none


def _inside(within: str = "ok", outside: str = "call_not_found", **others: str) -> dict[str, str]:
    return {**dict.fromkeys(OUTSIDE, outside), **dict.fromkeys(INSIDE, within), **others}


def _owner(owner: str = "ok") -> dict[str, str]:
    return {**dict.fromkeys(ROLES[1:], "call_not_found"), "owner": owner}


# One after the other by each role, and nothing is undone: what ends something is last.
COMMANDS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("call.running", {}, _inside(outside="ok")),
    ("call.look", {"call": "{group_call}"}, _inside()),
    ("call.look", {"call": "{ring}"}, _owner()),
    ("call.rings", {"call": "{ring}"}, _owner()),
    ("call.ping", {"call": "{group_call}", **_LEG}, _inside("call_not_found", member="ok")),
    ("call.leg", {"call": "{group_call}", **_LEG, "hand": True}, _inside("not_in_call", member="ok")),
    ("call.signal", {"call": "{group_call}", **_SIGNAL}, _inside("not_in_call", member="ok")),
    ("call.signals", {"call": "{group_call}", **_LEG}, _inside("not_in_call", member="ok")),
    ("call.answer", {"call": "{group_call}", **_HERE}, _inside("not_ringing")),
    ("call.start", {"chat": "{own_chat}", **_HERE}, _inside("no_calls_here", "no_calls_here")),
    ("call.start", {"chat": "{chat}", **_HERE}, _inside(outside="not_found", muted="sanctioned")),
    ("call.join", {"call": "{group_call}", **_HERE}, _inside(muted="sanctioned")),
    ("call.join", {"call": "{ring}", **_HERE}, _owner("not_answered")),
    ("call.hang_up", {"call": "{group_call}", "device": "{muted_leg}"}, _inside("not_in_call", muted="ok")),
    ("call.decline", {"call": "{ring}"}, _owner()),
]
