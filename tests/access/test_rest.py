"""The table of rest_table.py against the service: each route, each method, each role."""

import pytest

from tests.messenger.test_chats_access import ROUTES as CHAT_ROUTES

from .calling_table import CALLING
from .leaving_table import LEAVING
from .market_table import BUYING
from .news_table import NEWS
from .rest_table import MEDIA, UNKNOWN
from .rest_table import TABLE as MESSENGER
from .routes import rest_routes
from .scene import OUTSIDE, ROLES
from .selling_table import SELLING
from .trading_table import TRADING

pytestmark = pytest.mark.django_db
TABLE = [*MESSENGER, *BUYING, *SELLING, *LEAVING, *TRADING, *CALLING, *NEWS]

# Which parameter of the route each name of the tables stands for.
_ALIASES = {
    "dana": "user", "erin": "user", "frank": "user", "member_seq": "seq", "pinned": "seq", "direct": "chat",
    "export": "export_id", "device": "device_id", "cart_line": "line", "done_order": "order", "member_id": "user",
    "own_chat": "chat", "draft": "listing", "removed": "listing", "deleted": "listing", "disputed": "order",
    "unpaid": "order", "return": "row", "saved_search": "search",
    "group_call": "call", "call_token": "token", "knocker": "user", "ring": "call", "leg": "device",
}  # fmt: skip
_USER_ID = ("users/", "contacts/", "blocks/")
_EXAMPLES = {"👍": "{emoji}", "messages/1/": "messages/{seq}/", "by-handle/nobody_here": "by-handle/{handle}",
             "emoji/{emoji_version}/en": "emoji/{version}/{language}"}  # fmt: skip


def _as_route(path: str) -> str:
    path = path.split("?")[0]
    for example, parameter in _EXAMPLES.items():
        path = path.replace(example, parameter)
    for name, parameter in _ALIASES.items():
        path = path.replace("{" + name + "}", "{" + parameter + "}")
    return path.replace("{user}", "{user_id}") if path.startswith(_USER_ID) else path


def test_no_route_is_missing_from_the_tables():
    listed = {(method, _as_route(path)) for method, path, *_rest in TABLE}
    listed |= {(method, _as_route("chats/{chat}" + path)) for method, path, *_rest in CHAT_ROUTES}
    assert sorted(set(rest_routes()) - listed) == []
    assert sorted(listed - set(rest_routes())) == []


def told(answer) -> str:
    """ "404 not_found", or "200"."""
    if answer.status_code < 400:
        return str(answer.status_code)
    return f"{answer.status_code} {answer.json()['code']}"


# The scene takes a second to build, and every knock is undone: so many rows share one.
AT_ONCE = 20
SOME = [TABLE[start : start + AT_ONCE] for start in range(0, len(TABLE), AT_ONCE)]


@pytest.mark.parametrize("rows", SOME, ids=[f"{rows[0][1]} to {rows[-1][1]}" for rows in SOME])
def test_who_gets_what(knock, rows):
    wrong = [found for row in rows for found in _otherwise(knock, *row)]
    assert wrong == []


def _otherwise(knock, method, path, body, rule):
    """What is not as the table has it, one line for each role."""
    for role in ROLES:
        answer = knock(role, method, f"/api/v1/{path}", body)
        if told(answer) != str(rule[role]):
            yield f"{method} {path} by {role}: {told(answer)}, not {rule[role]}"
        if answer.status_code >= 400 and answer["Content-Type"] != "application/problem+json":
            yield f"{method} {path} by {role}: {answer['Content-Type']}"
        if role != "anonymous" and not path.startswith("emoji") and "no-store" not in answer["Cache-Control"]:
            yield f"{method} {path} by {role}: {answer['Cache-Control']}"


CHATS = [row for row in TABLE if "{chat}" in f"{row[1]}{row[2]}"]


@pytest.mark.parametrize(("method", "path", "body", "rule"), CHATS, ids=[f"{row[0]} {row[1]}" for row in CHATS])
def test_outsiders_cannot_tell_it_from_nothing(knock, scene, method, path, body, rule):
    """Word for word what they get for a chat that never was."""
    real = {role: knock(role, method, f"/api/v1/{path}", body) for role in OUTSIDE}
    scene.names["chat"] = 987_654
    for role in OUTSIDE:
        never = knock(role, method, f"/api/v1/{path}", body)
        assert (real[role].status_code, real[role].content) == (never.status_code, never.content), role


@pytest.mark.parametrize(("path", "rule"), MEDIA, ids=[row[0] for row in MEDIA])
def test_who_gets_which_file(knock, path, rule):
    for method in ("get", "head"):
        answers = {role: knock(role, method, path) for role in ROLES}
        statuses = {role: str(answer.status_code) for role, answer in answers.items()}
        assert statuses == {role: str(rule[role]).split()[0] for role in ROLES}
        for answer in answers.values():
            assert "private" in answer["Cache-Control"] or set(rule.values()) == {200}  # what everybody may see
            if answer.status_code == 200:
                assert "sandbox" in answer["Content-Security-Policy"]
                assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_is_deleted_is_gone_for_the_file_too(knock, scene, api):
    chat, seq = scene.names["chat"], scene.names["with_file"]
    api(scene.people["owner"]).delete(f"/api/v1/chats/{chat}/messages/{seq}?for=everybody")
    assert told(knock("member", "get", "/media/a/{attachment}/original/oak.bin")) == UNKNOWN
