"""Whatever people write into the market: it runs nowhere, splits no line, turns none around, and is no formula."""

import csv
import inspect
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from email.header import decode_header

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import models, transaction

from market.invoices import issue_invoice, pdf_of
from market.models import WebhookDelivery, WebhookEndpoint
from messenger.models import Message
from messenger.notices import notice_for
from moderation.actions.moderators import make_moderator
from tests.conftest import make_user
from tests.market.market_web import web
from tests.messenger.people import signed_in

from .market_poison import Poisoned, poison
from .test_market_privacy import copy_of
from .test_sinks import TURNING, assert_one_line

pytestmark = pytest.mark.django_db
LIVE = ("<script>a(", "<img src=x", "<b>a", "{{7*7}}49")
# Where lines are no harm: everything else that people write is one line.
PARAGRAPHS = {
    "about", "shipping_policy", "return_policy", "legal_address", "away_message", "description", "digital_text", "text",
    "note", "reason", "cancel_reason", "answer", "decision", "body", "thumb", "payouts_frozen_reason",
}  # fmt: skip


@pytest.fixture
def poisoned(alice, bob, run_all_tasks) -> Poisoned:
    made = poison(alice, bob)
    WebhookEndpoint.objects.create(shop=made.shop, url="https://shop.example/x", secret="whsec_x")
    run_all_tasks()
    return made


def check_what_is_kept_is_clean(poisoned):
    """Each column of each table: texts turn nothing around, and all but paragraphs are one line."""
    wrong, seen = [], 0
    for model in apps.get_app_config("market").get_models():
        if model.__name__ in ("InboxEvent", "SandboxObject", "SavedSearch"):  # the last holds what one typed oneself
            continue
        fields = [one for one in model._meta.fields if isinstance(one, models.CharField | models.TextField)]
        kept = [*fields, *(one for one in model._meta.fields if isinstance(one, models.JSONField))]
        for row in model.objects.all():
            for field in kept:
                value = getattr(row, field.attname)
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                seen += "a(1)" in text
                if set(text) & (TURNING | {"\0"}):
                    wrong.append(f"{model.__name__}.{field.name} is turned")
                if field in fields and field.name not in PARAGRAPHS and set("\r\n\x0b\x0c\x85\u2028\u2029") & set(text):
                    wrong.append(f"{model.__name__}.{field.name} has lines")
    assert seen > 40
    assert sorted(set(wrong)) == []


def pages(poisoned: Poisoned) -> list[tuple[str, str]]:
    """(who looks, path)"""
    listing, shop, orders = poisoned.listing.pk, poisoned.shop.pk, [one.pk for one in poisoned.orders]
    both = [*(f"orders/{pk}" for pk in orders), "offers/", f"shops/{shop}", f"shops/{shop}/reviews", "search", ""]
    desk = ["", "orders/", "listings/", "money/", "insights/", "shop/", "coupons/", "replies/", "import/", "webhooks/"]
    buying = ["cart/", "checkout", "favourites/", "recent/", "saved-searches/", "orders/", f"listings/{listing}/share"]
    buying += [f"listings/{listing}/{act}" for act in ("offer", "ask", "report")] + [f"l/{listing}", "suggest?q=scr"]
    return [
        *((who, f"/market/{path}") for who in ("alice", "bob") for path in both),
        *(("alice", f"/market/desk/{path}") for path in desk),
        *(("alice", path) for path in ("/market/sell/", f"/market/sell/{listing}/")),
        *(("bob", f"/market/{path}") for path in buying),
    ]


def check_pages_show_it_as_text(poisoned, alice, bob):
    clients, seen = {"alice": web(alice), "bob": web(bob)}, 0
    for who, path in pages(poisoned):
        answer = clients[who].get(path, follow=True)
        assert answer.status_code == 200, (who, path)
        page = answer.content.decode()
        assert not [live for live in LIVE if live in page], (who, path)
        assert not TURNING & set(page), (who, path)
        assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', page)), (who, path)
        assert "Set-Cookie: a" not in str(answer.headers)
        assert "script-src 'self' 'nonce-" in answer["Content-Security-Policy"]
        seen += "&lt;script&gt;a(1)" in page
    assert seen > 20


def check_structured_data_stays_in_its_element(poisoned):
    page = web().get(f"/market/l/{poisoned.listing.pk}", follow=True).content.decode()
    found = re.findall(r'<script[^>]*type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    for block in found:
        assert "<" not in block
        assert "script" in json.dumps(json.loads(block))


def check_feeds_are_whole_xml(poisoned, feed):
    for path in ("sitemap.xml", "sitemap-0.xml", "sitemap-categories.xml"):
        ElementTree.fromstring(web().get(f"/market/{path}").content)
    for path in ("feed/google.xml", f"shops/{poisoned.shop.pk}/feed.xml"):
        root = ElementTree.fromstring(feed(f"/market/{path}"))
        names = {one.tag for one in root.iter()}
        assert not {"script", "img", "b"} & names
        assert any("a(1)" in (one.text or "") for one in root.iter())
        assert not any(TURNING & set(one.text or "") for one in root.iter())


def check_a_spreadsheet_holds_no_formula(poisoned, alice):
    answer = signed_in(alice).get("/api/v1/market/exports/listings.csv")
    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith("'=")]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert not TURNING & set(text)
    assert_one_line(answer["Content-Disposition"])


def check_an_invoice_is_a_pdf_whatever_is_on_it(poisoned):
    paid = [one for one in poisoned.orders if one.paid_at]
    for one in paid:
        invoice = issue_invoice(one)
        if invoice is not None:
            assert pdf_of(invoice).startswith(b"%PDF-")
            assert not TURNING & set(json.dumps(invoice.content, ensure_ascii=False))


def check_programs_get_json(poisoned, alice, bob):
    listing, shop = poisoned.listing.pk, poisoned.shop.pk
    for user in (alice, bob):
        for path in (
            f"listings/{listing}", f"shops/{shop}", f"shops/{shop}/reviews", "offers", "cart", "favourites", "orders",
            "saved-searches", "addresses", *(f"orders/{one.pk}" for one in poisoned.orders), "listings/search",
        ):  # fmt: skip
            answer = signed_in(user).get(f"/api/v1/market/{path}")
            assert answer.status_code == 200, path
            assert answer["Content-Type"] == "application/json"
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert not TURNING & set(json.dumps(answer.json(), ensure_ascii=False)), path


def check_cards_notices_mails_and_webhooks_are_plain(poisoned, alice, bob):
    messages = list(Message.objects.exclude(card_kind="").select_related("chat", "sender"))
    assert {one.card_kind for one in messages} >= {"listing", "order", "offer"}
    for one in messages:
        assert not TURNING & set(json.dumps(one.card_snapshot, ensure_ascii=False)), one.card_kind
        for reader in (alice, bob):
            notice = notice_for(reader, one.chat, [one], badge=1)
            for name in ("title", "body", "tag"):
                assert_one_line(notice[name])
        assert_one_line(one.chat.title)
    for body in WebhookDelivery.objects.values_list("body", flat=True):
        json.loads(body)
    for one in mail.outbox:
        assert_one_line("".join(str(part) for part, _charset in decode_header(one.subject)))
        assert one.content_subtype == "plain"


def check_copies_of_data_have_whole_lines(poisoned, alice, bob):
    for user in (alice, bob):
        for name, text in copy_of(user).items():
            for line in text.splitlines() if name.endswith("jsonl") else [text]:
                json.loads(line)


def check_moderators_see_it_as_text(poisoned):
    moderator = make_user("mod")
    make_moderator(user=moderator)
    moderator.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client, seen = web(moderator), 0
    for model in apps.get_app_config("market").get_models():
        base = f"/admin/market/{model._meta.model_name}/"
        rows = [base, *(f"{base}{pk}/change/" for pk in model.objects.values_list("pk", flat=True)[:6])]
        for path in rows:
            answer = client.get(path)
            assert answer.status_code in (200, 302, 403, 404), path
            if answer.status_code == 200:
                page = answer.content.decode()
                assert not [live for live in LIVE if live in page], path
                assert not TURNING & set(page), path
                seen += "&lt;script&gt;a(1)" in page
    assert seen > 8
    for path in ("/admin/", "/admin/market/books/", "/admin/moderation/report/"):
        assert "<script>a(" not in client.get(path).content.decode()


CHECKS = (
    check_what_is_kept_is_clean,
    check_pages_show_it_as_text,
    check_structured_data_stays_in_its_element,
    check_feeds_are_whole_xml,
    check_a_spreadsheet_holds_no_formula,
    check_an_invoice_is_a_pdf_whatever_is_on_it,
    check_programs_get_json,
    check_cards_notices_mails_and_webhooks_are_plain,
    check_copies_of_data_have_whole_lines,
    check_moderators_see_it_as_text,
)


def test_hostile_words_do_no_harm_anywhere(poisoned, request, subtests):
    """One scene for all: to fill every field as people do takes seconds. What a check changes is undone after it."""
    for check in CHECKS:
        with subtests.test(check.__name__), transaction.atomic():
            check(**{name: request.getfixturevalue(name) for name in inspect.signature(check).parameters})
            transaction.set_rollback(True)
