"""The same attacks on every route of the REST API: none breaks it, gets round a check, or sets what is not theirs."""

import json
import re

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from core import limits
from messenger.models import Chat, Membership, Message
from tests.conftest import PASSWORD

from .routes import HTTP, rest_routes

pytestmark = pytest.mark.django_db

ROUTES = [(method, path) for method, path in rest_routes() if path not in ("schema", "docs")]
WRITING = [route for route in ROUTES if route[0] != "get"]
AT_ONCE = 15  # the scene takes a second to build, and every attack is undone: so many routes share one
SOME = [WRITING[start : start + AT_ONCE] for start in range(0, len(WRITING), AT_ONCE)]
SOME_IDS = [f"{routes[0][1]} to {routes[-1][1]}" for routes in SOME]
_TEXTS = {"handle": "nobody_here", "token": "x" * 22, "emoji": "👍", "version": "v1", "language": "en"}
_UUID = "0" * 31 + "1"


def address(path, number, scene=None):
    """Every number in the path is this one; with a scene, its own things."""

    def value(found):
        name = found[1]
        if scene is not None and name in scene.names:
            return str(scene.names[name])
        uuids = {"upload": _UUID, "export_id": _UUID, "attachment": _UUID}
        return str({**_TEXTS, **uuids}.get(name, number))

    return "/api/v1/" + re.sub(r"\{(\w+)\}", value, path)


def attack(user, method, where, body=None, *, content_type="application/json", client=None):
    """The answer, which is no server error; what it changed is undone."""
    limits.reset()
    if client is None:
        client = APIClient(raise_request_exception=False)
        client.force_authenticate(user)
    with transaction.atomic():
        answer = client.generic(method.upper(), where, body or "", content_type=content_type)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (method, where, body, answer.content)
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json", (method, where, body, answer.content)
        assert re.fullmatch(r"[a-z][a-z0-9_]*", answer.json()["code"]), answer.content
    return answer


@pytest.mark.parametrize("method", HTTP)
def test_impossible_ids(scene, method):
    for path in (path for one, path in ROUTES if one == method and "{" in path):
        for number in (0, 2**31, 2**63 - 1, 2**63, 2**64, 10**30):
            answer = attack(scene.people["owner"], method, address(path, number), "{}")
            assert answer.status_code in (200, 204, 400, 404, 415), (path, answer.content)


BODIES = [
    "null", "5", '"x"', "[]", "[[]]", "true", "{}", "NaN", '{"a":NaN}', '{"a":1e999}',
    '{"text":"a","text":"b"}',
    "[" * 100_000, '{"a":' * 5_000, "{",
    "\x00", '{"text":"\\ud800"}', '{"text":"\\u0000"}', '{"a":' + "9" * 5_000 + "}",
    '{"text":{"$gt":""},"user":{},"users":{},"seq":{},"seqs":{},"title":[],"kind":{},"name":[],"chats":"x","folders":1}',
    '{"text":true,"user":true,"users":[true],"seq":true,"seqs":[true],"title":1,"client_id":1,"entities":{},"size":-1}',
    '{"user":1.5,"users":[1.5],"seq":1e3,"seqs":[null],"chats":[[]],"folders":[null],"size":1.5,"client_ids":[[]]}',
    '{"user":-1,"users":[-1],"seq":-1,"seqs":[-1],"chats":[-1],"folders":[-1],"to":[-1],"from_chat":-1,"max_uses":-1}',
    '{"variant":{},"quantity":[],"price_minor":"x","attributes":[1],"location":7,"lines":{"line":1},"act":[],"delivery":[],'
    '"coupons":{"1":{}},"countries":"DE","photos":{},"attachments":[7],"kinds":{},"query":[],"value":true,"stars":"5"}',
    '{"variant":1e30,"quantity":1e30,"price_minor":1e30,"lines":[{"line":1e30,"quantity":-1}],"shops":[1e30],"stars":1e30,'
    '"delivery":{"x":1,"-1":1,"1e3":1},"notes":{"\\u0000":"a"},"attributes":{"a":{"b":[]}},"expected_total_minor":1e30}',
    '{"chat":1e30,"device":[],"to_device":{},"n":-1,"description":[1],"candidates":{"0":{}},"hand":"up","is_muted":[],"admit":7,'
    '"starts_at":"0000-00-00T00:00:00Z"}',
]  # fmt: skip


@pytest.mark.parametrize("routes", SOME, ids=SOME_IDS)
def test_bodies_that_are_none(scene, routes):
    for method, path in routes:
        _send_what_is_no_body(scene, method, path)


def _send_what_is_no_body(scene, method, path):
    where = address(path, 1, scene)
    for body in BODIES:
        attack(scene.people["owner"], method, where, body)
    attack(scene.people["owner"], method, where, b"\xff\xfe")
    attack(scene.people["owner"], method, where, "a=1&a=2", content_type="application/x-www-form-urlencoded")
    attack(scene.people["owner"], method, where, "--x--", content_type="multipart/form-data; boundary=x")
    attack(scene.people["owner"], method, where, "--x", content_type="multipart/form-data")


@pytest.mark.parametrize("method", HTTP)
def test_queries_that_are_none(scene, method):
    names = (
        "before",
        "after",
        "around",
        "limit",
        "cursor",
        "token",
        "q",
        "ids",
        "chat",
        "sender",
        "kind",
        "for",
        "unread",
        *(
            "tab",
            "role",
            "state",
            "near",
            "radius_km",
            "cell",
            "sort",
            "price_min",
            "price_max",
            "category",
            "attr.color",
        ),
        *("filter", "device"),
        *("attr.frame_size.min", "condition", "delivery", "shop", "facets", "listing", "country", "currency"),
    )
    for path in (path for one, path in ROUTES if one == method):
        for value in ("", "x", "-1", "0", "1.5", "9" * 30, "%00", "%ff", "[]", "null", "a" * 5_000, "1&{0}=2"):
            query = "&".join(f"{name}={value.format(name)}" for name in names)
            attack(scene.people["owner"], method, f"{address(path, 1, scene)}?{query}", "{}")


# --- mass assignment ----------------------------------------------------------------------------

THINGS = {
    "id": 4_242, "pk": 4_242, "owner": 1, "user": 1, "role": "owner", "rights": ["ban"], "seq": 4_242, "modseq": 4_242,
    "fact_seq": 4_242, "is_staff": True, "is_superuser": True, "is_active": False, "is_moderator": True,
    "state": "banned",
    "sender": 1, "created_by": 1, "created_at": "2001-01-01T00:00:00Z", "last_seq": 4_242, "read_seq": 4_242,
    "member_count": 4_242, "joined_seq": 4_242, "email": "thief@example.com", "phone": "+491701234567",
    "pair_key": "1:2",
    "deleted_at": "2001-01-01T00:00:00Z", "received": 4, "attachment": _UUID, "is_pinned": True,
    "is_email_verified": True,
}  # fmt: skip
KEPT = {
    User: ("pk", "is_staff", "is_superuser", "is_active", "email", "date_joined", "deleted_at"),
    Membership: ("pk", "role", "rights", "joined_seq", "state", "user_id", "chat_id"),
    Chat: ("pk", "kind", "created_by_id", "last_seq", "modseq", "member_count", "pair_key", "deleted_at", "created_at"),
    Message: ("pk", "sender_id", "chat_id", "seq", "created_at", "pinned_at"),
}
# What each needs to get as far as storing something; the route's own field is then no attack.
VALID = {
    "post chats/{chat}/messages": {"client_id": _UUID, "text": "hi"},
    "patch chats/{chat}/messages/{seq}": {"text": "new"},
    "patch chats/{chat}": {"title": "New"},
    "patch me": {"bio": "new"},
    "patch chats/{chat}/membership": {"is_archived": True},
    "put chats/{chat}/draft": {"text": "x"},
    "post chats": {"kind": "group", "title": "Mine"},
    "post folders": {"name": "New"},
    "patch me/privacy": {"phone": "nobody"},
    "post uploads": {"name": "a", "size": 4},
    "post chats/{chat}/invites": {},
}


def rows(model, fields):
    return {row["pk"]: row for row in model.objects.values(*fields)}


@pytest.mark.parametrize("route", VALID)
def test_what_a_client_may_not_set_stays(scene, route):
    method, path = route.split(" ")
    before = {model: rows(model, fields) for model, fields in KEPT.items()}
    limits.reset()
    client = APIClient()
    client.force_authenticate(scene.people["owner"])
    answer = getattr(client, method)(address(path, 1, scene), {**THINGS, **VALID[route]}, format="json")
    assert answer.status_code < 300, answer.content
    for model, fields in KEPT.items():
        after = rows(model, fields)
        for pk, row in before[model].items():
            counters = {"last_seq", "modseq"}
            assert {k: v for k, v in after[pk].items() if k not in counters} == {
                k: v for k, v in row.items() if k not in counters
            }, (model, row)
            assert all(after[pk].get(name, 0) - row.get(name, 0) in (0, 1, 2) for name in counters)
        for pk in after.keys() - before[model].keys():
            assert pk != 4_242
            assert 4_242 not in after[pk].values()
    assert "4242" not in answer.content.decode()


def test_nobody_signs_up_as_staff(api, db):
    body = {
        "username": "thief",
        "email": "t@example.com",
        "password": "correct horse 42",
        **{k: v for k, v in THINGS.items() if k not in ("email", "phone")},
    }
    answer = api().post("/_allauth/app/v1/auth/signup", body, format="json")
    thief = User.objects.get(handle="thief")
    assert answer.status_code in (200, 401)
    assert (thief.is_staff, thief.is_superuser, thief.pk == 4_242) == (False, False, False)


# --- forged requests ----------------------------------------------------------------------------


@pytest.fixture
def token(scene, api) -> str:
    cache.clear()  # allauth counts sign-ins there, and each test of this file makes one
    body = {"username": "owner", "password": PASSWORD}
    return api().post("/_allauth/app/v1/auth/login", body, format="json").json()["meta"]["session_token"]


@pytest.mark.parametrize("routes", SOME, ids=SOME_IDS)
def test_a_cookie_alone_changes_nothing(scene, token, routes):
    """Another site can make a browser send its cookie, but neither our CSRF token nor a session token."""
    for method, path in routes:
        _forge(scene, token, method, path)


def _forge(scene, token, method, path):
    where = address(path, 1, scene)
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(scene.people["owner"])
    for content_type in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        answer = attack(None, method, where, "{}", client=browser, content_type=content_type)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), where
    phone = Client(enforce_csrf_checks=True, raise_request_exception=False, headers={"X-Session-Token": token})
    assert attack(None, method, where, "{}", client=phone).status_code != 403 or path == "me"
    both = Client(enforce_csrf_checks=True, raise_request_exception=False, headers={"X-Session-Token": "nonsense"})
    both.force_login(scene.people["owner"])
    assert attack(None, method, where, "{}", client=both).status_code == 401


def test_the_settings_want_the_csrf_token_too(scene):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(scene.people["owner"])
    for path in (
        "profile/",
        "profile/photo",
        "privacy/",
        "devices/end-others",
        "contacts/",
        "data/export",
        "data/delete",
    ):
        assert browser.post(f"/settings/{path}", {"name": "Mallory", "password": PASSWORD}).status_code == 403, path
    assert User.objects.get(handle="owner").deleted_at is None


def test_unknown_addresses_answer_programs_as_programs(api, alice):
    for path in ("/api/v1/nope", "/api/v2/me", "/_allauth/app/v1/nope", "/api/v1/chats/x"):
        answer = api(alice).get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert json.loads(answer.content)["title"] == "not_found"
    assert "text/html" in api(alice).get("/nope")["Content-Type"]
