"""Who reads the market on the moderators' desk, and what it shows nobody."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from market.models import (
    Category,
    CommissionRule,
    InboxEvent,
    Listing,
    Payout,
    ProhibitedRule,
    WebhookDelivery,
    WebhookEndpoint,
)
from tests.conftest import make_user
from tests.market.desk.scene import MODELS, list_url, page_url
from tests.market.scenes import make_listing

READ_ONLY = [model for model in MODELS if model not in (Category, CommissionRule, ProhibitedRule)]


@pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])
def test_moderators_read_all_of_it_and_nobody_else_any(desk, everything, model, alice):
    outsider, staff = Client(), Client()
    outsider.force_login(alice)
    staff.force_login(make_user("clerk", is_staff=True))
    row = model.objects.first()
    for url in (list_url(model), f"{list_url(model)}?q=1", page_url(row)):
        answer = desk.get(url, follow=True)
        assert answer.status_code == 200, url
        html = answer.content.decode()
        assert " style=" not in html
        assert not re.search(r"<script(?![^>]*src=)(?![^>]*application/json)[^>]*>", html)
        assert outsider.get(url).status_code == 302
        assert staff.get(url).status_code == 403
        assert Client().get(url).status_code == 302
    assert "no-store" in desk.get(page_url(row))["Cache-Control"]


@pytest.mark.parametrize("model", READ_ONLY, ids=[model.__name__ for model in READ_ONLY])
def test_what_happened_is_not_written_by_hand(desk, everything, model):
    row = model.objects.first()
    name = f"admin:market_{model._meta.model_name}"
    assert desk.get(reverse(f"{name}_add")).status_code == 403
    assert desk.post(page_url(row), {"state": "paid", "balance": 1}).status_code == 403
    assert desk.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    desk.post(list_url(model), {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
    assert model.objects.filter(pk=row.pk).exists()


def test_every_admin_of_the_market_is_tried_here(desk):
    registered = {model for model in admin.site._registry if model._meta.app_label == "market"}
    assert registered == set(MODELS)


def test_secrets_and_bodies_are_not_shown(desk, everything):
    hidden = ["whsec_hidden", "HIDDEN", "SECRET", "DE0012345678"]
    for model in (WebhookEndpoint, WebhookDelivery, InboxEvent, Payout):
        for url in (list_url(model), page_url(model.objects.first())):
            html = desk.get(url).content.decode()
            assert [one for one in hidden if one in html] == []


def test_what_people_write_is_only_text(desk, everything):
    html = desk.get(page_url(everything)).content.decode()
    assert "It &lt;b&gt;rattles&lt;/b&gt;." in html


def test_lists_ask_as_much_for_ten_rows_as_for_one(desk, alice):
    make_listing(alice)
    desk.get(list_url(Listing))
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as counted:
            desk.get(list_url(Listing))
        counts.append(len(counted))
        for _ in range(9):
            make_listing(alice)
    assert counts[0] == counts[1]
