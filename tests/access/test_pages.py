"""Pages, sign-in, admin: who sees which. Every address of the resolver is in a table here, or in rest_table.py."""

import re

import pytest

from tests.conftest import PASSWORD

from .calling_table import OF_THE_GROUP
from .calling_table import PAGES as CALLING
from .market_pages import PAGES as MARKET
from .news_table import ACTS_OF_THE_FOLLOWER, OF_THE_FOLLOWER
from .routes import all_routes, route_of
from .scene import INSIDE, OUTSIDE, ROLES

pytestmark = pytest.mark.django_db
SIGNED_IN = ROLES[1:]
LOGIN = "/accounts/login/"

# path -> status for those who are not signed in (a number, or LOGIN for "goes there"), and for those who are
PAGES = {
    "/": (LOGIN, 200),
    "/shell": (200, 200),
    "/c/{chat}": (LOGIN, 200),  # holds nothing of the chat: the same page for all
    "/c/{chat}/{seq}": (LOGIN, 200),
    "/@{handle}": (200, 200),
    "/join/{token}": (200, 200),
    "/join/{token}/qr.svg": (200, 200),
    "/sw.js": (200, 200),
    "/manifest.webmanifest": (200, 200),
    "/share": (405, 405),
    "/settings/": (LOGIN, 200),
    "/settings/profile/": (LOGIN, 200),
    "/settings/profile/photo": (LOGIN, 405),
    "/settings/account/": (LOGIN, 200),
    "/settings/privacy/": (LOGIN, 200),
    "/settings/privacy/blocks/{user}/remove": (LOGIN, 405),
    "/settings/notifications/": (LOGIN, 200),
    "/settings/devices/": (LOGIN, 200),
    "/settings/devices/{device}/end": (LOGIN, 405),
    "/settings/devices/end-others": (LOGIN, 405),
    "/settings/contacts/": (LOGIN, 200),
    "/settings/contacts/qr.svg": (LOGIN, 200),
    "/settings/contacts/{user}/remove": (LOGIN, 405),
    "/settings/data/": (LOGIN, 200),
    "/settings/data/export": (LOGIN, 405),
    "/settings/data/export/state": (LOGIN, 200),
    "/settings/data/exports/{export}": (LOGIN, "/accounts/reauthenticate/"),
    "/settings/data/delete": (LOGIN, 405),
    "/settings/shortcuts/": (LOGIN, 200),
    "/call/{call_token}": (LOGIN, 200),
    "/news/": (LOGIN, 200),
    "/news/following/": (LOGIN, 200),
    "/news/topics/": (LOGIN, 200),
    "/news/topics/{topic}/": (LOGIN, 200),
    "/news/topics/{topic}/follow": (LOGIN, 405),
    "/news/saved/": (LOGIN, 200),
    "/news/history/": (LOGIN, 200),
    "/news/history/forget": (LOGIN, 405),
    "/news/search/": (LOGIN, 200),
    "/news/event/{event}": (LOGIN, 404),  # of what is private there is none
    "/news/rules/": (LOGIN, 200),
    "/news/rules/{rule}/drop": (LOGIN, 405),
    "/news/mute": (LOGIN, 405),
    "/news/read": (LOGIN, 405),
    "/news/sources/": (LOGIN, 200),
    "/news/sources/{source}/leave": (LOGIN, 405),
    **CALLING,
}
_ALIASES = {"call_token": "token", "group_call": "call", "export": "export_id", "device": "device_id"}
# Groups of other people's making: each address in them is tried by the tests below.
GROUPS = (
    "/accounts/",
    "/_allauth/",
    "/admin/",
    "/api/v1/",
    "/media/",
    "/templates/",
)  # the last: tests/core/test_pwa.py
PUBLIC = ("/shell", "/join/", "/@", "/sw.js", "/manifest.webmanifest", "/share")


def _as_route(path: str) -> str:
    for name, parameter in _ALIASES.items():
        path = path.replace("{" + name + "}", "{" + parameter + "}")
    return re.sub(r"\{user\}", "{user_id}", path)


def test_no_page_is_missing_from_the_table():
    found = {path for path, _methods in all_routes() if not path.startswith(GROUPS)}
    listed = {*PAGES, *OF_THE_GROUP, *OF_THE_FOLLOWER, *ACTS_OF_THE_FOLLOWER}
    assert found == {_as_route(path) for path in listed} | {route_of(path) for path in MARKET}


def test_who_sees_which_page(knock):
    """One scene for all: every knock is undone."""
    for path, (anonymous, others) in PAGES.items():
        _see(knock, path, {**dict.fromkeys(SIGNED_IN, others), "anonymous": anonymous})
    for path in OF_THE_GROUP:
        _see(knock, path, {**dict.fromkeys(OUTSIDE, 404), **dict.fromkeys(INSIDE, 200), "anonymous": LOGIN})
    for path in OF_THE_FOLLOWER:
        _see(knock, path, {**dict.fromkeys(SIGNED_IN, 404), "owner": 200, "anonymous": LOGIN})


def test_acts_of_a_follower_are_nobody_elses(knock):
    for path in ACTS_OF_THE_FOLLOWER:
        for role in SIGNED_IN:
            expected = (204, 302) if role == "owner" else (404,)
            assert (
                knock(role, "post", path, {"title": "", "folder": "", "save": "1"}, format=None).status_code in expected
            ), (
                path,
                role,
            )


def _see(knock, path, rule):
    for role, expected in rule.items():
        answer = knock(role, "get", path)
        if isinstance(expected, str):
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, expected), role
        else:
            assert answer.status_code == expected, role
        if role != "anonymous" and not path.startswith(PUBLIC):
            assert {"private", "no-store"} <= set(re.split(r",\s*", answer["Cache-Control"])), role


@pytest.mark.parametrize("path", [path for path, rule in PAGES.items() if rule[1] == 405 and path != "/share"])
def test_acts_of_the_settings_touch_nobody_else(knock, scene, path):
    """With the ids of somebody else's things."""
    for role in ("anonymous", "stranger", "member"):
        answer = knock(role, "post", path, {}, format=None)
        assert answer.status_code in (302, 422), role
        assert answer.status_code == 422 or answer["Location"].startswith((LOGIN, "/settings/", "/calls/", "/news/")), (
            role
        )


def test_an_export_is_for_its_owner_alone(api, scene):
    for role in ("stranger", "member", "moderator"):
        client = api(scene.people[role])
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert client.get(scene.fill("/settings/data/exports/{export}")).status_code == 404, role


# --- admin --------------------------------------------------------------------------------------

ADMIN = [path for path, _methods in all_routes() if path.startswith("/admin/")]
# What any member of the staff may open: no data is in it.
OF_STAFF = ("/admin/", "/admin/login/", "/admin/logout/", "/admin/jsi18n/", "/admin/password_change/done/")


@pytest.mark.parametrize("role", ["anonymous", "stranger", "owner", "moderator"])
def test_the_admin_is_closed(knock, role):
    for path in ADMIN:
        address = re.sub(r"\{\w+\}", "1", path)
        for answer in (knock(role, "get", address), knock(role, "post", address, {}, format=None)):
            if path in ("/admin/login/", "/admin/logout/"):
                assert answer.status_code in (200, 302, 403, 405), path
            elif role == "moderator" and path in (*OF_STAFF, "/admin/password_change/"):
                assert answer.status_code < 500, path
            else:
                assert answer.status_code in (302, 403, 404, 405), path
                is_sent_away = answer.status_code != 302 or re.match(r"/(admin|accounts)/login/", answer["Location"])
                assert is_sent_away or role == "moderator", (path, answer["Location"])


def test_the_index_of_the_admin_shows_no_list_without_a_right(knock):
    page = knock("moderator", "get", "/admin/")
    assert page.status_code == 200
    assert not re.findall(r'href="/admin/(?!logout|password_change|login)\w+/\w+/', page.content.decode())


# --- sign-in ------------------------------------------------------------------------------------

HEADLESS = [
    (path, method)
    for path, methods in all_routes()
    if path.startswith(("/_allauth/", "/accounts/"))
    for method in methods or ("get", "post")
]


@pytest.mark.parametrize("role", ["anonymous", "stranger"])
def test_sign_in_fails_politely_and_keeps_accounts_to_their_owners(knock, role):
    for path, method in HEADLESS:
        address = re.sub(r"\{\w+\}", "1", path)
        is_headless = path.startswith("/_allauth/")
        body = None if method == "get" else {"unexpected": [1]}
        answer = knock(role, method, address, body, **({} if is_headless or method == "get" else {"format": None}))
        assert answer.status_code < 500, (method, path)
        if role == "anonymous" and "/account/" in path and is_headless and method in ("get", "delete"):
            # Signed-out people with a flow under way (e-mail or phone change) get 401 or 409 as well.
            assert answer.status_code in (401, 409, 410), path
