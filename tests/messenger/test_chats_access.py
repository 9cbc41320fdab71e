"""Every address of chats, members, links and keeping, tried as everybody; and with ids that cannot be."""

import pytest

from messenger.models import Chat, Invite, JoinRequest, Membership, Right

from .conftest import make_chat
from .people import make_person, url

pytestmark = pytest.mark.django_db

# The target of what is done to people is dana, a plain member; erin waits to be let in, frank is banned.
# what, method, path, body, then the status for: owner, admin (all rights), admin (none), member
ROUTES = [
    ("get", "", None, 200, 200, 200, 200),
    ("patch", "", {"title": "New"}, 200, 200, 403, 403),
    ("patch", "", {"handle": "a_new_handle"}, 200, 403, 403, 403),
    ("patch", "", {"slow_mode_seconds": 10}, 200, 200, 403, 403),
    ("patch", "", {"default_rights": ["write"]}, 200, 200, 403, 403),
    ("patch", "", {"is_history_visible": False}, 200, 403, 403, 403),
    ("delete", "", None, 204, 403, 403, 403),
    ("delete", "/photo", None, 200, 200, 403, 403),
    ("post", "/leave", None, 409, 204, 204, 204),
    ("post", "/owner", {"user": "{dana}"}, 200, 403, 403, 403),
    ("get", "/members", None, 200, 200, 200, 200),
    ("post", "/members", {"users": ["{stranger}"]}, 200, 200, 200, 200),
    ("patch", "/members/{dana}", {"role": "admin", "rights": []}, 200, 200, 403, 403),
    ("delete", "/members/{dana}", None, 204, 204, 403, 403),
    ("get", "/bans", None, 200, 200, 403, 403),
    ("put", "/bans/{dana}", None, 200, 200, 403, 403),
    ("delete", "/bans/{frank}", None, 204, 204, 403, 403),
    ("get", "/invites", None, 200, 200, 200, 200),
    ("post", "/invites", {}, 201, 201, 201, 201),
    ("delete", "/invites/{invite}", None, 204, 204, 404, 404),
    ("get", "/join-requests", None, 200, 200, 403, 403),
    ("put", "/join-requests/{erin}", None, 200, 200, 403, 403),
    ("delete", "/join-requests/{erin}", None, 204, 204, 403, 403),
    ("patch", "/membership", {"pinned": True}, 200, 200, 200, 200),
    ("put", "/draft", {"text": "x"}, 200, 200, 200, 200),
    ("delete", "/draft", None, 204, 204, 204, 204),
    ("post", "/join", None, 404, 404, 404, 404),  # not public
]
OUTSIDE = ["outsider", "left", "removed", "banned", "waiting"]


@pytest.fixture
def scene(alice, bob, charlie):
    """A group with people of every standing, and what the paths name."""
    people = {
        name: make_person(name) for name in ("dana", "erin", "frank", "plain", "weak", "gone", "thrown", "strange")
    }
    group = make_chat("group", alice, bob, people["dana"], people["plain"], people["weak"], title="Friends")
    Membership.objects.filter(user=bob).update(role="admin", rights=int(Right(sum(Right))))
    Membership.objects.filter(user=people["weak"]).update(role="admin", rights=0)
    for name, state in (("gone", "left"), ("thrown", "removed"), ("frank", "banned")):
        Membership.objects.create(chat=group, user=people[name], state=state)
    invite = Invite.objects.create(chat=group, token="t" * 22, created_by=alice)
    JoinRequest.objects.create(chat=group, user=people["erin"], invite=invite)
    roles = {
        "owner": alice, "admin": bob, "weak": people["weak"], "member": people["plain"], "outsider": charlie,
        "left": people["gone"], "removed": people["thrown"], "banned": people["frank"], "waiting": people["erin"],
        "anonymous": None,
    }  # fmt: skip
    names = {"dana": people["dana"].pk, "erin": people["erin"].pk, "frank": people["frank"].pk}
    return group, roles, {**names, "stranger": people["strange"].pk, "invite": invite.pk}


def fill(value, names):
    if isinstance(value, str):
        filled = value.format(**names)
        return int(filled) if value.startswith("{") else filled
    if isinstance(value, list):
        return [fill(one, names) for one in value]
    return {key: fill(one, names) for key, one in value.items()} if isinstance(value, dict) else value


def call(api, user, method, address, body):
    return getattr(api(user), method)(address, body, format="json")


def path_of(group, path, names):
    return url(group) + "".join(f"/{fill(part, names)}" for part in path.split("/") if part)


@pytest.mark.parametrize(("method", "path", "body", "owner", "admin", "weak", "member"), ROUTES)
def test_who_may_what(api, scene, method, path, body, owner, admin, weak, member):
    group, roles, names = scene
    address, body = path_of(group, path, names), fill(body, names)
    before = Chat.objects.values().get(pk=group.pk)
    for role in OUTSIDE:  # all see the same nothing
        answer = call(api, roles[role], method, address, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), role
    answer = call(api, None, method, address, body)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert Chat.objects.values().get(pk=group.pk) == before
    # From the weakest on, so that what is allowed last undoes nothing for those who are refused.
    for role, status in (("member", member), ("weak", weak), ("admin", admin), ("owner", owner)):
        if role == "owner" and admin < 300 and method in ("delete", "put") and path.startswith("/join-req"):
            continue  # the request is answered already
        answer = call(api, roles[role], method, address, body)
        assert answer.status_code == status, (role, answer.content)
        if status >= 400:
            assert answer.json()["code"] != "invalid"


HUGE = [2**63 - 1, 2**63, 2**64, 10**40]


@pytest.mark.parametrize(("method", "path", "body"), [route[:3] for route in ROUTES])
@pytest.mark.parametrize("chat", [0, *HUGE])
def test_chats_that_cannot_be(api, alice, method, path, body, chat):
    names = {"dana": 1, "erin": 1, "frank": 1, "stranger": 1, "invite": 1}
    answer = call(api, alice, method, path_of(chat, path, names), fill(body, names))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("method", "path", "body"), [route[:3] for route in ROUTES if "{" in route[1]])
@pytest.mark.parametrize("pk", [0, *HUGE])
def test_people_who_cannot_be(api, alice, group, method, path, body, pk):
    names = dict.fromkeys(("dana", "erin", "frank", "stranger", "invite"), pk)
    answer = call(api, alice, method, path_of(group, path, names), fill(body, names))
    is_idempotent = path.startswith("/join-requests") and method == "delete" and pk < 2**63
    assert answer.status_code == (204 if is_idempotent else 404), answer.content


@pytest.mark.parametrize("body", [None, [], "x", 5, [1], {"users": {}}, {"user": {}}, {"title": {}}])
@pytest.mark.parametrize(
    ("method", "path"), sorted({route[:2] for route in ROUTES if route[0] in ("post", "patch", "put")})
)
def test_bodies_of_the_wrong_type(api, scene, method, path, body):
    group, roles, names = scene
    answer = call(api, roles["owner"], method, path_of(group, path, names), body)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.json()["code"]


def test_the_other_addresses_want_a_person(api):
    for method, path in (
        ("get", "chats"), ("post", "chats"), ("post", "chats/direct"), ("post", "chats/saved"),
        ("put", "chats/pinned-order"), ("post", f"invites/{'x' * 22}/join"), ("get", "folders"), ("post", "folders"),
        ("put", "folders/order"), ("patch", "folders/1"), ("delete", "folders/1"),
    ):  # fmt: skip
        answer = call(api, None, method, f"/api/v1/{path}", {})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated"), path
