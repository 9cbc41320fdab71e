"""REST of webhooks: secrets, log, replay; by owners and outsiders."""

import json

import pytest
import time_machine
from django.utils import timezone

from core.worker import run_ready_tasks
from market.actions import webhooks
from market.models import WebhookDelivery, WebhookEndpoint
from tests.market.scenes import make_shop
from tests.market.webhooks.scene import DAY, HOUR, MINUTE, URL, happen, the_delivery, verifier
from tests.messenger.people import at_once


def test_secret_is_shown_once(api, alice):
    make_shop(alice)
    made = api(alice).post(URL, {"url": "https://shop.example/hook", "kinds": ["order.paid"]}, format="json")
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    one = api(alice).get(f"{URL}/{made.json()['id']}").json()
    assert "secret" not in one
    assert (one["url"], one["kinds"], one["is_active"]) == ("https://shop.example/hook", ["order.paid"], True)
    assert "secret" not in api(alice).get(URL).json()["webhooks"][0]


def test_what_it_is_sent_as_cannot_be_set_from_outside(api, alice):
    make_shop(alice)
    body = {"url": "https://shop.example/hook", "secret": "mine", "shop": 99, "id": 5, "failure_count": 3}
    made = api(alice).post(URL, body, format="json").json()
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.secret == made["secret"] != "mine"
    assert (endpoint.shop.owner_id, endpoint.failure_count) == (alice.pk, 0)


def test_renewed_secret_signs_beside_the_old_one_for_a_day(api, alice, endpoint, site, run_all_tasks):
    old = endpoint.secret
    new = api(alice).post(f"{URL}/{endpoint.pk}/secret").json()["secret"]
    assert new != old
    is_from_tenfold = verifier()
    happen(endpoint.shop)
    run_all_tasks()
    headers, body = site.bodies[-1]
    assert headers["tenfold-signature"].count("v1=") == 2
    assert is_from_tenfold(new, headers["tenfold-signature"], body)
    assert is_from_tenfold(old, headers["tenfold-signature"], body)
    with time_machine.travel(timezone.now() + 25 * HOUR):
        happen(endpoint.shop)
        run_ready_tasks()
        headers, body = site.bodies[-1]
        assert is_from_tenfold(new, headers["tenfold-signature"], body)
        assert not is_from_tenfold(old, headers["tenfold-signature"], body)


def test_at_most_five(api, alice):
    make_shop(alice)
    for number in range(5):
        assert api(alice).post(URL, {"url": f"https://shop.example/{number}"}, format="json").status_code == 201
    answer = api(alice).post(URL, {"url": "https://shop.example/6"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_webhooks")


@pytest.mark.django_db(transaction=True)
def test_at_most_five_at_once(alice):
    make_shop(alice)

    def make():
        try:
            return webhooks.create_endpoint(by=alice, url="https://shop.example/hook")
        except Exception as error:
            return error.code

    made = at_once(*[make] * 8)
    assert WebhookEndpoint.objects.count() == 5
    assert made.count("too_many_webhooks") == 3


@pytest.mark.parametrize(
    "kind", ["order", "nothing.paid", "order.", "order.Paid", "order.paid;", "*", "webhook.disabled"]
)
def test_events_that_do_not_exist_are_refused(api, alice, kind):
    make_shop(alice)
    answer = api(alice).post(URL, {"url": "https://shop.example/hook", "kinds": [kind]}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_event_kind")


def test_who_sells_nothing_has_no_webhooks(api, bob):
    for answer in (api(bob).get(URL), api(bob).post(URL, {"url": "https://shop.example/hook"}, format="json")):
        assert (answer.status_code, answer.json()["code"]) == (409, "shop_needed")


def test_outsiders_learn_nothing(api, alice, bob, endpoint):
    make_shop(bob)
    delivery = the_delivery(happen(endpoint.shop))
    one = f"{URL}/{endpoint.pk}"
    span = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
    asked = [
        ("get", one, None),
        ("patch", one, {"is_active": False}),
        ("delete", one, None),
        ("post", f"{one}/secret", None),
        ("post", f"{one}/test", None),
        ("post", f"{one}/replay", span),
        ("get", f"{one}/deliveries", None),
        ("get", f"{one}/deliveries/{delivery.pk}", None),
        ("post", f"{one}/deliveries/{delivery.pk}/replay", None),
    ]
    for method, url, body in asked:
        assert getattr(api(bob), method)(url, body, format="json").status_code == 404, url
        assert getattr(api(), method)(url, body, format="json").status_code == 401, url
    endpoint.refresh_from_db()
    assert endpoint.is_active


def test_delivery_of_another_webhook_of_mine_is_not_found_under_this_one(api, alice, endpoint, site):
    other = webhooks.create_endpoint(by=alice, url=site.url("/other"), kinds=["order.*"])
    delivery = the_delivery(happen(endpoint.shop))
    assert api(alice).get(f"{URL}/{other.pk}/deliveries/{delivery.pk}").status_code == 404


def test_ping(api, alice, endpoint, site, run_all_tasks):
    answer = api(alice).post(f"{URL}/{endpoint.pk}/test")
    assert (answer.status_code, answer.json()["kind"], answer.json()["state"]) == (202, "ping", "waiting")
    run_all_tasks()
    assert json.loads(site.bodies[0][1])["kind"] == "ping"
    assert api(alice).get(f"{URL}/{endpoint.pk}/deliveries/{answer.json()['id']}").json()["state"] == "delivered"


def test_log_is_paged_and_filtered(api, alice, endpoint, site, run_all_tasks):
    for _ in range(3):
        happen(endpoint.shop)
    run_all_tasks()
    site.pages["/hook"] = (500, {}, b"")
    happen(endpoint.shop)
    run_ready_tasks()
    log = f"{URL}/{endpoint.pk}/deliveries"
    first = api(alice).get(f"{log}?limit=3").json()
    second = api(alice).get(f"{log}?limit=3&cursor={first['next']}").json()
    assert [len(first["results"]), len(second["results"]), second["next"]] == [3, 1, None]
    assert "body" not in first["results"][0]
    [waiting] = api(alice).get(f"{log}?state=waiting").json()["results"]
    assert (waiting["last_status"], waiting["attempt_count"]) == (500, 1)
    assert api(alice).get(f"{log}?state=other").json()["code"] == "unknown_state"


def test_body_in_the_log_is_what_was_signed(api, alice, endpoint, site, run_all_tasks):
    delivery = the_delivery(happen(endpoint.shop, note="Grüße"))
    run_all_tasks()
    assert api(alice).get(f"{URL}/{endpoint.pk}/deliveries/{delivery.pk}").json()["body"].encode() == site.bodies[0][1]


def test_one_is_sent_again_under_the_same_id(api, alice, endpoint, site, run_all_tasks):
    delivery = the_delivery(happen(endpoint.shop))
    run_all_tasks()
    again = api(alice).post(f"{URL}/{endpoint.pk}/deliveries/{delivery.pk}/replay")
    assert (again.status_code, again.json()["state"], again.json()["attempt_count"]) == (202, "waiting", 0)
    run_all_tasks()
    assert len(site.bodies) == 2
    assert len({headers["tenfold-event-id"] for headers, _body in site.bodies}) == 1


def test_what_is_being_sent_is_not_sent_beside_it(api, alice, endpoint, site):
    site.pages["/hook"] = (500, {}, b"")
    delivery = the_delivery(happen(endpoint.shop))
    run_ready_tasks()
    replay = f"{URL}/{endpoint.pk}/deliveries/{delivery.pk}/replay"
    assert api(alice).post(replay).json()["code"] == "webhook_in_flight"
    with time_machine.travel(timezone.now() + 2 * MINUTE):
        assert api(alice).post(replay).status_code == 202


def test_time_span_is_sent_again_with_what_happened_while_it_was_off(api, alice, endpoint, site):
    site.pages["/hook"] = (500, {}, b"")
    start = timezone.now()
    failed = the_delivery(happen(endpoint.shop, number=1))
    run_ready_tasks()
    WebhookDelivery.objects.update(state="failed")
    api(alice).patch(f"{URL}/{endpoint.pk}", {"is_active": False}, format="json")
    happen(endpoint.shop, number=2)
    happen(endpoint.shop, "search.matched", number=3)
    span = {"since": (start - MINUTE).isoformat(), "until": (start + HOUR).isoformat()}
    replay = f"{URL}/{endpoint.pk}/replay"
    assert api(alice).post(replay, span, format="json").json()["code"] == "webhook_disabled"
    api(alice).patch(f"{URL}/{endpoint.pk}", {"is_active": True}, format="json")
    site.page("/hook", "ok")
    site.bodies.clear()
    answer = api(alice).post(replay, span, format="json").json()
    assert (answer["count"], answer["has_more"]) == (2, False)
    run_ready_tasks()
    assert sorted(json.loads(body)["data"]["event"]["number"] for _headers, body in site.bodies) == [1, 2]
    failed.refresh_from_db()
    assert failed.state == "delivered"
    assert api(alice).post(replay, span, format="json").json()["count"] == 0
    everything = api(alice).post(replay, {**span, "only_failed": False}, format="json").json()
    assert everything["count"] == 2


@pytest.mark.parametrize(("since", "until"), [(DAY, 0 * DAY), (0 * DAY, 40 * DAY)])
def test_time_spans_that_make_no_sense(api, alice, endpoint, since, until):
    now = timezone.now()
    body = {"since": (now + since).isoformat(), "until": (now + until).isoformat()}
    assert api(alice).post(f"{URL}/{endpoint.pk}/replay", body, format="json").json()["code"] == "bad_range"


def test_deleted_with_all_it_was_sent(api, alice, endpoint, site, run_all_tasks):
    happen(endpoint.shop)
    assert api(alice).delete(f"{URL}/{endpoint.pk}").status_code == 204
    run_all_tasks()
    assert (site.bodies, WebhookDelivery.objects.count()) == ([], 0)
