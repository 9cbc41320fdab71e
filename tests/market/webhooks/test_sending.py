"""Webhooks are signed, sent once, tried again, and switched off when nobody answers."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.worker import run_ready_tasks
from market import outbox
from market.actions import webhook_sending, webhooks
from market.models import OutboxEvent, WebhookDelivery, WebhookEndpoint
from market.tasks.webhooks import deliver_what_was_left
from market.telling.webhooks import tell_webhooks
from messenger.models import Message
from tests.market.orders_in_chat import make_order
from tests.market.scenes import make_listing, make_shop
from tests.market.webhooks.scene import HOUR, MINUTE, happen, the_delivery, verifier
from tests.messenger.people import at_once


def test_event_arrives_signed_as_documented(endpoint, site, run_all_tasks):
    event = happen(endpoint.shop, amount=1200)
    run_all_tasks()
    [(headers, body)] = site.bodies
    assert headers["tenfold-event-id"] == str(event.pk)
    assert headers["tenfold-event"] == "payout.paid"
    assert headers["tenfold-signature"].startswith(f"t={headers['tenfold-timestamp']},v1=")
    sent = json.loads(body)
    assert (sent["id"], sent["kind"], sent["data"]) == (str(event.pk), "payout.paid", {"event": {"amount": 1200}})
    is_from_tenfold = verifier()
    assert is_from_tenfold(endpoint.secret, headers["tenfold-signature"], body)
    assert not is_from_tenfold("whsec_other", headers["tenfold-signature"], body)
    assert not is_from_tenfold(endpoint.secret, headers["tenfold-signature"], body + b" ")
    with time_machine.travel(timezone.now() + 6 * MINUTE):
        assert not is_from_tenfold(endpoint.secret, headers["tenfold-signature"], body)
    delivery = the_delivery(event)
    assert (delivery.state, delivery.attempt_count, delivery.last_status) == ("delivered", 1, 200)


def test_what_the_outbox_keeps_for_itself_is_not_told(endpoint, site, run_all_tasks):
    happen(endpoint.shop, amount=1, _told=["market.telling.thread"])
    run_all_tasks()
    assert json.loads(site.bodies[0][1])["data"] == {"event": {"amount": 1}}


def test_outbox_tells_webhooks(endpoint, site, run_all_tasks):
    outbox.put("payout.paid", shop=endpoint.shop, data={"amount": 5})
    run_all_tasks()
    assert [json.loads(body)["data"] for _headers, body in site.bodies] == [{"event": {"amount": 5}}]


def test_order_is_told_as_its_seller_sees_it(alice, bob, endpoint, site):
    order = make_order(bob, make_listing(alice), handover_code="123456", commission_minor=500)
    event = OutboxEvent.objects.create(kind="order.paid", order=order, data={"state": "paid"})
    event.refresh_from_db()
    tell_webhooks(event)
    run_ready_tasks()
    data = json.loads(site.bodies[0][1])["data"]
    assert (data["number"], data["role"], data["event"]) == (order.number, "seller", {"state": "paid"})
    assert (data["total"]["minor"], data["commission"]["minor"]) == (order.total_minor, 500)
    assert "123456" not in site.bodies[0][1].decode()


def test_orders_that_nobody_has_paid_are_not_told(alice, bob, endpoint, site):
    order = make_order(bob, make_listing(alice), state="expired")
    for kind in ("order.expired", "order.payment_failed"):
        tell_webhooks(OutboxEvent.objects.create(kind=kind, order=order))
    tell_webhooks(OutboxEvent.objects.create(kind="order.cancelled", order=order, data={"from": "created"}))
    assert not WebhookDelivery.objects.exists()


def test_event_told_twice_is_sent_once(endpoint, site, run_all_tasks):
    event = happen(endpoint.shop)
    tell_webhooks(event)
    run_all_tasks()
    tell_webhooks(event)
    run_all_tasks()
    assert len(site.bodies) == 1


def test_each_address_gets_what_it_asked_for(alice, bob, endpoint, site, run_all_tasks):
    webhooks.create_endpoint(by=alice, url=site.url("/other"), kinds=["order.*", "payout.failed"])
    make_shop(bob)
    webhooks.create_endpoint(by=bob, url=site.url("/other"))
    happen(endpoint.shop, "payout.paid")
    happen(endpoint.shop, "payout.failed")
    happen(endpoint.shop, "webhook.disabled")
    happen(endpoint.shop, "search.matched")
    run_all_tasks()
    assert sorted(
        (path, headers["tenfold-event"]) for path, (headers, _) in zip(site.asked, site.bodies, strict=True)
    ) == [
        ("/hook", "payout.failed"),
        ("/hook", "payout.paid"),
        ("/other", "payout.failed"),
    ]


@pytest.mark.parametrize(
    ("answer", "error"),
    [((500, {}, b""), "status 500"), ((301, {"Location": "/other"}, b""), "status 301"), (None, "unreachable")],
)
def test_wrong_answers_are_tried_again(endpoint, site, run_all_tasks, answer, error):
    if answer is None:
        WebhookEndpoint.objects.update(url="http://127.0.0.1:9/hook")
    else:
        site.pages["/hook"] = answer
    delivery = the_delivery(happen(endpoint.shop))
    run_ready_tasks()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count, delivery.last_error) == ("waiting", 1, error)
    assert "/other" not in site.asked
    endpoint.refresh_from_db()
    assert endpoint.failure_count == 1
    site.page("/hook", "ok")
    WebhookEndpoint.objects.update(url=site.url("/hook"))
    with time_machine.travel(timezone.now() + MINUTE):
        run_ready_tasks()
    delivery.refresh_from_db()
    endpoint.refresh_from_db()
    assert (delivery.state, delivery.attempt_count, delivery.last_error) == ("delivered", 2, "")
    assert (endpoint.failure_count, endpoint.failing_since) == (0, None)


def test_tries_are_30_s_5_min_30_min_2_h_6_h_and_24_h_after_the_first(endpoint, site):
    site.pages["/hook"] = (503, {}, b"")
    delivery = the_delivery(happen(endpoint.shop))
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        tried = []
        for seconds in (0, 29, 30, 299, 300, 1799, 1800, 7199, 7200, 21599, 21600, 86399, 86400, 200_000):
            clock.move_to(start + timedelta(seconds=seconds))
            before = len(site.asked)
            webhook_sending.attempt(delivery.pk) if seconds in (29, 1799) else None  # too early: nothing is sent
            run_ready_tasks()
            tried += [seconds] * (len(site.asked) - before)
    assert tried == [0, 30, 300, 1800, 7200, 21600, 86400]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count, delivery.last_status) == ("failed", 7, 503)
    assert delivery.next_attempt_at is None


def test_order_of_events_of_one_address(endpoint, site, run_all_tasks):
    events = [happen(endpoint.shop, number=number) for number in range(5)]
    run_all_tasks()
    assert [json.loads(body)["data"]["event"]["number"] for _headers, body in site.bodies] == [0, 1, 2, 3, 4]
    assert [headers["tenfold-event-id"] for headers, _body in site.bodies] == [str(event.pk) for event in events]


def test_worker_killed_in_the_middle_leaves_nothing_behind(endpoint, site, monkeypatch):
    """It dies after the POST: the row is due again a minute later, and the receiver can tell by the id."""

    class Killed(BaseException):
        pass

    def die(name):
        if name == "webhook.after_post":
            raise Killed

    delivery = the_delivery(happen(endpoint.shop))
    monkeypatch.setattr(webhook_sending, "failpoint", die)
    with pytest.raises(Killed):
        webhook_sending.attempt(delivery.pk)
    DBTaskResult.objects.all().delete()  # even its task is lost
    monkeypatch.undo()
    webhook_sending.attempt(delivery.pk)  # too early: the other may still be at it
    assert len(site.bodies) == 1
    with time_machine.travel(timezone.now() + 2 * MINUTE):
        deliver_what_was_left()
        run_ready_tasks()
        deliver_what_was_left()
        run_ready_tasks()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == ("delivered", 2)
    assert len({headers["tenfold-event-id"] for headers, _body in site.bodies}) == 1
    assert len({body for _headers, body in site.bodies}) == 1
    assert len(site.bodies) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_delivery_once(alice, endpoint, site):
    delivery = the_delivery(happen(endpoint.shop))
    at_once(*[lambda: webhook_sending.attempt(delivery.pk)] * 6)
    assert len(site.bodies) == 1


@pytest.mark.django_db(transaction=True)
def test_event_told_by_two_workers_is_one_delivery(alice, endpoint, site):
    event = OutboxEvent.objects.create(kind="payout.paid", shop=endpoint.shop)
    event.refresh_from_db()
    at_once(*[lambda: tell_webhooks(event)] * 6)
    assert WebhookDelivery.objects.count() == 1
    assert DBTaskResult.objects.filter(task_path__endswith="webhooks.deliver").count() == 1


def test_three_days_without_success_switch_it_off_and_tell_the_owner(endpoint, site):
    site.pages["/hook"] = (500, {}, b"")
    start = timezone.now()
    for hours in (0, 40, 71):
        with time_machine.travel(start + hours * HOUR):
            happen(endpoint.shop)
            run_ready_tasks()
    endpoint.refresh_from_db()
    assert endpoint.is_active
    with time_machine.travel(start + 73 * HOUR):
        last = the_delivery(happen(endpoint.shop))
        run_ready_tasks()
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.disabled_at is not None) == (False, True)
    told = OutboxEvent.objects.filter(kind="webhook.disabled")
    assert [(event.shop_id, event.data["webhook"]) for event in told] == [(endpoint.shop_id, endpoint.pk)]
    last.refresh_from_db()
    assert (last.state, last.last_error) == ("failed", "webhook_disabled")
    run_ready_tasks(even_later=True)
    run_ready_tasks(even_later=True)
    [notice] = Message.objects.filter(card_kind="notice", chat__memberships__user=endpoint.shop.owner)
    assert endpoint.url in notice.text
    assert notice.card_snapshot["title"] == "A webhook was switched off"
    assert not WebhookDelivery.objects.filter(state="waiting").exists()
    asked = len(site.asked)
    happen(endpoint.shop)
    run_ready_tasks(even_later=True)
    assert len(site.asked) == asked


def test_one_success_forgets_the_failures(endpoint, site):
    start = timezone.now()
    for hours, status in ((0, 500), (50, 200), (80, 500)):
        site.pages["/hook"] = (status, {}, b"")
        with time_machine.travel(start + hours * HOUR):
            happen(endpoint.shop)
            run_ready_tasks()
    endpoint.refresh_from_db()
    assert endpoint.is_active
    assert endpoint.failing_since > start + 79 * HOUR
