"""Orders and disputes on the desk."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from market.actions import disputes, moderating
from market.models import (
    Dispute,
    Order,
)
from messenger.models import Attachment, Membership
from tests.conftest import make_user
from tests.market import trade
from tests.market.desk.scene import acts, list_url, page_url
from tests.market.scenes import make_listing


def test_order_shows_where_the_money_is_and_that_it_was_read_is_on_record(desk, everything):
    order = everything.order
    html = desk.get(page_url(order)).content.decode()
    expected = ("€29.90", "capture:payment:", f"held:order:{order.pk}", "Dispute opened", "Ferry Street", order.number)
    assert [one for one in expected if one not in html] == []
    assert acts() == ["order.opened"]


def test_queue_holds_what_is_open(desk, everything):
    assert f"#{everything.pk}" in desk.get(list_url(Dispute)).content.decode()
    Dispute.objects.update(outcome="withdrawn")
    assert f">#{everything.pk}<" not in desk.get(list_url(Dispute)).content.decode()
    assert f">#{everything.pk}<" in desk.get(f"{list_url(Dispute)}?outcome=all").content.decode()


@pytest.mark.parametrize(
    ("outcome", "typed", "state", "refunded"),
    [("released", "", "completed", 0), ("refunded", "", "refunded", 2_990), ("split", "10.50", "completed", 1_050)],
)
def test_decision(desk, alice, bob, run_all_tasks, outcome, typed, state, refunded):
    order = trade.bought(bob, make_listing(alice, price=2_500), state="shipped")
    dispute = disputes.open_dispute(by=bob, order_id=order.pk, reason="damaged", text="Broken")
    body = {"outcome": outcome, "amount": typed, "decision": "As both have shown."}
    answer = desk.post(f"/admin/market/dispute/{dispute.pk}/decide/", body, follow=True)
    assert "Both have been told" in answer.content.decode()
    run_all_tasks()
    order.refresh_from_db()
    dispute.refresh_from_db()
    assert (order.state, order.refunded_minor) == (state, refunded)
    assert (dispute.outcome, dispute.decision) == (outcome, "As both have shown.")
    assert "dispute.decided" in acts()
    assert trade.broken() == []


@pytest.mark.parametrize(
    "body",
    [
        {"outcome": "split", "amount": "", "decision": "x"},
        {"outcome": "split", "amount": "29.91", "decision": "x"},
        {"outcome": "split", "amount": "-1", "decision": "x"},
        {"outcome": "split", "amount": "1.234", "decision": "x"},
        {"outcome": "released", "decision": ""},
        {"outcome": "withdrawn", "decision": "x"},
        {},
    ],
)
def test_decisions_that_cannot_be(desk, everything, body):
    answer = desk.post(f"/admin/market/dispute/{everything.pk}/decide/", body)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    everything.refresh_from_db()
    assert (everything.outcome, "dispute.decided" in acts()) == ("", False)


def test_others_decide_nothing(everything, alice, bob):
    for person in (alice, bob, make_user("clerk", is_staff=True)):
        client = Client()
        client.force_login(person)
        for path in ("decide", "thread"):
            answer = client.post(
                f"/admin/market/dispute/{everything.pk}/{path}/", {"outcome": "refunded", "decision": "Mine", "join": 1}
            )
            assert answer.status_code in (302, 403)
    everything.refresh_from_db()
    assert everything.outcome == ""
    assert acts() == []


def test_moderator_who_bought_it_does_not_decide(desk, mod, alice):
    order = trade.bought(mod, make_listing(alice), state="shipped")
    dispute = disputes.open_dispute(by=mod, order_id=order.pk, reason="damaged", text="Broken")
    answer = desk.post(f"/admin/market/dispute/{dispute.pk}/decide/", {"outcome": "refunded", "decision": "Mine"})
    assert "errorlist" in answer.content.decode()
    dispute.refresh_from_db()
    assert dispute.outcome == ""


def test_second_decision_is_told_that_there_is_one(desk, everything):
    body = {"outcome": "released", "decision": "First"}
    desk.post(f"/admin/market/dispute/{everything.pk}/decide/", body)
    answer = desk.post(f"/admin/market/dispute/{everything.pk}/decide/", {**body, "outcome": "refunded"})
    assert answer.status_code == 200
    everything.refresh_from_db()
    assert (everything.outcome, acts().count("dispute.decided")) == ("released", 1)


def test_into_the_thread_and_out_of_it(desk, mod, everything, run_all_tasks):
    run_all_tasks()
    order = Order.objects.get()
    answer = desk.post(f"/admin/market/dispute/{everything.pk}/thread/", {"join": "1"})
    assert (answer.status_code, answer["Location"]) == (302, f"/c/{order.chat_id}")
    assert Membership.objects.get(chat=order.chat_id, user=mod).is_active
    desk.post(f"/admin/market/dispute/{everything.pk}/thread/", {"leave": "1"})
    assert not Membership.objects.get(chat=order.chat_id, user=mod).is_active
    assert [one for one in acts() if one.startswith("thread")] == ["thread.joined", "thread.left"]


def test_no_thread_without_a_dispute(mod, alice, bob, run_all_tasks):
    order = trade.bought(bob, make_listing(alice))
    run_all_tasks()
    order.refresh_from_db()
    with pytest.raises(Exception, match="no_thread"):
        moderating.join_thread(by=mod, order=order)


def test_evidence_is_seen_by_its_people_and_moderators(api, desk, mod, alice, bob, charlie, everything):
    picture = Attachment.objects.create(
        owner=bob, kind="file", state="ready", name="scratch.txt", mime="text/plain", size=4,
        file=ContentFile(b"oops", "scratch.txt"),
    )  # fmt: skip
    url = f"/media/a/{picture.pk}/original/scratch.txt"
    assert api(alice).get(url).status_code == 404
    disputes.add_evidence(by=bob, order_id=everything.order_id, text="Look", attachment=picture.pk)
    html = desk.get(page_url(everything)).content.decode()
    assert url in html
    assert "Look" in html
    for person in (alice, bob, mod):
        assert api(person).get(url).status_code == 200, person
    for person in (charlie, make_user("clerk", is_staff=True)):
        assert api(person).get(url).status_code == 404, person
