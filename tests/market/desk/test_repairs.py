"""Trying again, rules, and the books."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from market import ledger
from market.invariants import run_and_keep
from market.models import (
    Account,
    Attribute,
    BooksCheck,
    CommissionRule,
    InboxEvent,
    Listing,
    OutboxEvent,
    Payment,
    Payout,
    ProhibitedRule,
    Refund,
    Review,
    Shop,
    WebhookDelivery,
    WebhookEndpoint,
)
from moderation.models import AuditEntry
from tests.conftest import make_user
from tests.market import trade
from tests.market.desk.scene import act, acts, list_url, page_url
from tests.market.scenes import make_category, make_listing

BOOKS = "/admin/market/books/"


@pytest.mark.parametrize(
    ("model", "task", "word"),
    [
        (Payment, "reconcile_payment", "payment.asked"), (Refund, "pay_refund", "refund.retried"),
        (Payout, "pay_out", "payout.retried"), (InboxEvent, "fold", "inbox.retried"),
        (OutboxEvent, "tell", "outbox.retried"), (WebhookDelivery, "deliver", "webhook.retried"),
    ],
)  # fmt: skip
def test_trying_again(desk, everything, model, task, word):
    DBTaskResult.objects.all().delete()
    act(desk, model.objects.first(), "again" if model is not Payment else "ask")
    assert [row.task_path.rpartition(".")[2] for row in DBTaskResult.objects.all()] == [task]
    assert acts() == [word]


def test_what_is_done_is_not_tried_again(desk, everything):
    Refund.objects.update(state="succeeded")
    Payout.objects.update(state="paid")
    OutboxEvent.objects.update(told_at=timezone.now())
    WebhookEndpoint.objects.update(is_active=False)
    DBTaskResult.objects.all().delete()
    for model in (Refund, Payout, OutboxEvent, WebhookDelivery):
        act(desk, model.objects.first(), "again")
    assert (DBTaskResult.objects.count(), acts()) == (0, [])


def test_without_the_right_nothing_is_tried(everything):
    client = Client()
    client.force_login(make_user("clerk", is_staff=True))
    DBTaskResult.objects.all().delete()
    for model in (Refund, Payout, InboxEvent, OutboxEvent, WebhookDelivery, Listing, Shop, Review):
        for action in ("again", "remove", "freeze"):
            answer = client.post(list_url(model), {"action": action, "_selected_action": "1", "reason": "x"})
            assert answer.status_code == 403
    assert (DBTaskResult.objects.count(), acts()) == (0, [])


def test_prohibited_goods_are_set_and_changed_on_record(desk, mod):
    add = reverse("admin:market_prohibitedrule_add")
    body = {"words": "ivory", "category": "", "effect": "block", "reason": "Protected", "is_active": "on"}
    assert desk.post(add, body).status_code == 302
    rule = ProhibitedRule.objects.get()
    assert rule.by == mod
    desk.post(page_url(rule), {**body, "effect": "review"})
    entries = list(AuditEntry.objects.order_by("pk"))
    assert [entry.act for entry in entries] == ["prohibited.made", "prohibited.changed"]
    assert entries[1].detail == {"before": {"effect": "block"}, "after": {"effect": "review"}}


def test_commission_is_changed_on_record_and_within_reason(desk):
    CommissionRule.objects.all().delete()
    add = reverse("admin:market_commissionrule_add")
    assert desk.post(add, {"rate_bp": 700, "vat_bp": 1900, "is_active": "on"}).status_code == 302
    rule = CommissionRule.objects.get()
    too_much = desk.post(page_url(rule), {"rate_bp": 9000, "vat_bp": 1900, "is_active": "on"})
    assert too_much.status_code == 200
    rule.refresh_from_db()
    assert (rule.rate_bp, acts()) == (700, ["commission.made"])


def test_category_and_its_facts(desk):
    category = make_category("garden/tools/")
    prefix = {"attributes-TOTAL_FORMS": 1, "attributes-INITIAL_FORMS": 0}
    fact = {
        "attributes-0-key": "power", "attributes-0-name": "Power", "attributes-0-names": "{}", "attributes-0-unit": "W",
        "attributes-0-type": "number", "attributes-0-choices": "[]", "attributes-0-position": 0,
    }  # fmt: skip
    body = {"name": "Tools!", "names": '{"de": "Werkzeug"}', "icon": "hammer", "position": 3, "is_active": "on"}
    answer = desk.post(page_url(category), {**body, **prefix, **fact, "slug": "moved", "parent": ""})
    assert answer.status_code == 302, answer.content.decode()
    category.refresh_from_db()
    assert (category.name, category.path, category.names) == ("Tools!", "garden/tools/", {"de": "Werkzeug"})
    assert Attribute.objects.get(category=category).key == "power"
    assert set(acts()) == {"category.changed", "attribute.made"}


def test_books_are_checked_by_hand_on_record(desk, alice, bob, run_all_tasks):
    trade.bought(bob, make_listing(alice, price=2_500), state="completed")
    run_all_tasks()
    assert "Nobody has checked yet" in desk.get(BOOKS).content.decode()
    html = desk.post(BOOKS, follow=True).content.decode()
    assert "All 13 rules hold." in html
    assert html.count("books--good") == 13
    assert "€29.90" in html
    assert acts() == ["books.checked"]


def test_what_does_not_add_up_is_shown_with_its_rows(desk, alice, bob):
    order = trade.bought(bob, make_listing(alice, price=2_500))
    Account.objects.filter(code=ledger.held(order).code).update(balance=1)
    run_and_keep()
    html = desk.get(BOOKS).content.decode()
    assert "books--bad" in html
    assert f"held:order:{order.pk}" in html
    assert "do not sum to zero" in html
    assert BooksCheck.objects.get().failures != []
    assert "the books do not add up" in desk.get("/admin/").content.decode()


def test_books_are_for_moderators(everything, alice):
    staff, outsider = Client(), Client()
    staff.force_login(make_user("clerk", is_staff=True))
    outsider.force_login(alice)
    for client, status in ((staff, 403), (outsider, 302), (Client(), 302)):
        assert client.get(BOOKS).status_code == status
        assert client.post(BOOKS).status_code == status
    assert BooksCheck.objects.count() == 1


def test_books_are_in_the_list_of_what_there_is(desk):
    answer = desk.get("/admin/")
    assert answer.status_code == 200
    assert "open disputes" in answer.content.decode()
    assert desk.get(list_url(BooksCheck))["Location"] == BOOKS
