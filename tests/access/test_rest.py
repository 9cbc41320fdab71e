"""The table of rest_table.py against the service: each route, each method, each role."""

import pytest

from tests.messenger.test_chats_access import ROUTES as CHAT_ROUTES

from .rest_table import MEDIA, TABLE, UNKNOWN
from .routes import rest_routes
from .scene import OUTSIDE, ROLES

pytestmark = pytest.mark.django_db

# Which parameter of the route each name of the tables stands for.
_ALIASES = {
    "dana": "user", "erin": "user", "frank": "user", "member_seq": "seq", "pinned": "seq", "direct": "chat",
    "export": "export_id", "device": "device_id",
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


@pytest.mark.parametrize(("method", "path", "body", "rule"), TABLE, ids=[f"{row[0]} {row[1]}" for row in TABLE])
def test_who_gets_what(knock, method, path, body, rule):
    answers = {role: knock(role, method, f"/api/v1/{path}", body) for role in ROLES}
    assert {role: told(answer) for role, answer in answers.items()} == {role: str(rule[role]) for role in ROLES}
    for role, answer in answers.items():
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json", role
        if role != "anonymous":
            assert "no-store" in answer["Cache-Control"] or path.startswith("emoji"), (role, answer["Cache-Control"])


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
            assert "private" in answer["Cache-Control"]
            if answer.status_code == 200:
                assert "sandbox" in answer["Content-Security-Policy"]
                assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_is_deleted_is_gone_for_the_file_too(knock, scene, api):
    chat, seq = scene.names["chat"], scene.names["with_file"]
    api(scene.people["owner"]).delete(f"/api/v1/chats/{chat}/messages/{seq}?for=everybody")
    assert told(knock("member", "get", "/media/a/{attachment}/original/oak.bin")) == UNKNOWN
