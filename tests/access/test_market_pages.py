"""The pages of the market: who sees which; and whatever form somebody sends, nobody else's things change."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from core import limits

from .leaving_table import LEAVING
from .market_pages import ACTS, LOGIN, PAGES
from .market_table import BUYING
from .scene import ROLES
from .selling_table import SELLING
from .trading_table import TRADING

pytestmark = pytest.mark.django_db
ADDRESSES = [path for path, rule in PAGES.items() if set(rule.values()) != {404}]


def seen(answer) -> int | str:
    """The status, or where it leads."""
    return answer["Location"].split("?")[0] if answer.status_code in (301, 302) else answer.status_code


def test_who_sees_which_page(knock, scene):
    wrong = []
    for path, rule in PAGES.items():
        for role in ROLES:
            answer = knock(role, "get", path)
            wanted = scene.fill(rule[role], role) if isinstance(rule[role], str) else rule[role]
            if seen(answer) != wanted:
                wrong.append((path, role, seen(answer), wanted))
            is_private = "no-store" in answer["Cache-Control"]
            if role != "anonymous" and not is_private and "xml" not in path and path != "/robots.txt":
                wrong.append((path, role, answer["Cache-Control"]))
    assert wrong == []


def test_what_is_hidden_looks_like_what_never_was(knock, scene):
    """Word for word, but for the address of the page itself and the token of its forms."""
    hidden = [path for path, rule in PAGES.items() if rule["stranger"] == 404 and not path.endswith("nothing")]
    assert len(hidden) > 15
    for path in hidden:
        real = knock("stranger", "get", path)
        kept, scene.names = scene.names, {**scene.names, **dict.fromkeys(_numbers(scene), 987_654)}
        never = knock("stranger", "get", path)
        scene.names = kept
        assert real.status_code == never.status_code == 404, path
        assert len(real.content) == len(never.content), path


def _numbers(scene) -> list[str]:
    return [name for name, value in scene.names.items() if isinstance(value, int)]


# --- forms --------------------------------------------------------------------------------------

# Counts that everybody moves, what is noted beside an act, and what is somebody else's books.
_COUNTS = {"view_count", "favourite_count", "follower_count", "rating_sum", "rating_count", "sale_count"}
_NOTES = ("OutboxEvent", "InboxEvent", "SandboxObject", "ListingDay", "RecentView", "Stock")  # all who buy hold pieces
OF_OWNER = (
    "Shop", "Listing", "Variant", "ListingPhoto", "ListingFile", "DeliveryOption", "Coupon", "QuickReply",
    "ListingImport", "WebhookEndpoint", "WebhookDelivery", "Payout",
)  # fmt: skip
OF_MEMBER = ("Address", "CartLine", "SavedSearch", "Favourite", "OrderGroup")
REST = [row for row in [*BUYING, *SELLING, *LEAVING, *TRADING] if row[0] != "get"]


def rows_of(names: tuple[str, ...] = ()) -> dict[tuple[str, Any], dict[str, Any]]:
    found = {}
    for model in apps.get_app_config("market").get_models():
        if model.__name__ not in _NOTES and (not names or model.__name__ in names):
            for row in model.objects.values():
                found[model.__name__, row[model._meta.pk.attname]] = {
                    name: value for name, value in row.items() if name not in _COUNTS
                }
    return found


def sent_by(scene, role: str) -> list[tuple[str, int]]:
    """Every form and every call of the table, one after the other; nothing is undone between them."""
    client, sent = Client(raise_request_exception=False), []
    if scene.people[role] is not None:
        client.force_login(scene.people[role])
    for path, body in ACTS:
        limits.reset()
        answer = client.post(scene.fill(path, role), scene.fill(body, role))
        sent.append((f"post {path} {body}", answer.status_code))
    for method, path, body, _rule in REST:
        limits.reset()
        call, where = getattr(client, method), scene.fill(f"/api/v1/{path}", role)
        answer = call(where, scene.fill(body, role), content_type="application/json", headers={"Idempotency-Key": path})
        sent.append((f"{method} {path} {body}", answer.status_code))
    return sent


@pytest.mark.parametrize(
    ("role", "names"),
    [
        *((role, ()) for role in ("anonymous", "stranger", "muted", "blocked", "moderator")),
        ("member", OF_OWNER),
        ("owner", OF_MEMBER),
    ],
)
def test_no_form_touches_what_is_somebody_elses(scene, role, names):
    before = rows_of(names)
    with transaction.atomic():
        sent = sent_by(scene, role)
        after = rows_of(names)
        transaction.set_rollback(True)
    assert [one for one in sent if one[1] >= 500] == []
    assert {key: after.get(key) for key in before if after.get(key) != before[key]} == {}
    if role != "anonymous":
        assert any(status in (200, 302) for _what, status in sent)


@pytest.mark.parametrize("role", ["stranger", "blocked", "muted"])
def test_forms_with_ids_of_others_are_answered_like_those_with_none(scene, knock, role):
    """Status and destination alone: what is said on the next page is said by the same words (see above for pages)."""
    for path, body in ACTS:
        real = seen(knock(role, "post", path, body, format=None))
        kept, scene.names = scene.names, {**scene.names, **dict.fromkeys(_secret(scene), 987_654)}
        never = seen(knock(role, "post", path, body, format=None))
        wanted = scene.fill(path, role)
        scene.names = kept
        assert _without_numbers(real) == _without_numbers(never), (wanted, body)


def _without_numbers(answered: int | str) -> int | str:
    """Where it leads names what was asked for, or what was made just now."""
    return re.sub(r"\d+", "0", answered) if isinstance(answered, str) else answered


def _secret(scene) -> list[str]:
    """Names of what only its owner may know of."""
    known = {"shop", "listing", "variant", "photo", "user", "owner_id", "member_id", "chat", "zero", "review"}
    return [name for name in _numbers(scene) if name not in known]


# --- forged -------------------------------------------------------------------------------------


def test_another_site_cannot_send_our_forms(scene):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(scene.people["owner"])
    before = rows_of()
    for path, body in [*ACTS, ("/market/pay/sandbox/{charge}", {"card": "ok"})]:
        answer = browser.post(scene.fill(path), scene.fill(body))
        if path != "/market/hooks/sandbox":  # signed by whoever sends it
            assert answer.status_code == 403, path
    assert rows_of() == before


def test_hooks_take_nothing_that_is_not_signed(scene):
    before = rows_of()
    client = Client(raise_request_exception=False)
    for provider in ("sandbox", "stripe", "nobody", "x" * 200):
        for body in (b"", b"{}", b"[]", b"null", b"5", b"\xff\xfe", b"[" * 100_000, b'{"id":"evt_1","type":"x"}'):
            for signature in ("", "x", "t=1,v1=00", "t=,v1=", "t=9" + "9" * 30 + ",v1=00", "é", "t=NaN,v1=NaN"):
                answer = client.post(
                    f"/market/hooks/{provider}", body, content_type="application/json",
                    headers={"Sandbox-Signature": signature, "Stripe-Signature": signature},
                )  # fmt: skip
                assert answer.status_code in (400, 404), (provider, body[:20], signature, answer.status_code)
    assert client.post("/market/hooks/sandbox", b"x" * 300_000, content_type="text/plain").status_code in (400, 413)
    assert rows_of() == before


def test_who_is_not_signed_in_comes_back_to_the_page_not_to_the_act(scene):
    for path in ("/market/cart/add", "/market/buy", "/market/shops/{shop}/follow"):
        answer = Client().post(scene.fill(path), {"next": "/market/search?q=oak"})
        assert answer["Location"] == f"{LOGIN}?next=/market/search%3Fq%3Doak"
        for evil in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\t//evil"):
            answer = Client().post(scene.fill(path), {"next": evil})
            assert answer["Location"] == f"{LOGIN}?next=/market/", evil
