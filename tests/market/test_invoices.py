"""Invoices and credit notes: one each, no gaps in their numbers, right to the last unit, frozen, for two people."""

import io
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from market import outbox
from market.actions import refunds
from market.invoices import _vat, included_vat, issue_credit_note, issue_invoice, pdf_of
from market.models import Invoice, Order, OrderGroup, OrderLine, Payment, Refund, RefundLine, Shop
from market.paper import clean, clean_lines
from market.telling.invoices import tell_invoices
from tests.conftest import make_user
from tests.market import trade
from tests.market.scenes import make_listing, make_shop, the_variant
from tests.messenger.people import at_once

GERMAN_SHOP = {
    "name": "Radhaus", "kind": "business", "legal_name": "Radhaus Müller GmbH", "vat_bp": 1900,
    "legal_address": "Lindenallee 12\n10115 Berlin", "tax_id": "DE123456789",
}  # fmt: skip
ADDRESS = {
    "name": "Bob Baumeister", "line1": "Musterstraße 5", "line2": "", "postcode": "20095", "city": "Hamburg",
    "region": "", "country": "DE", "phone": "",
}  # fmt: skip


def bought(buyer, seller, *, lines=((12_345, 2),), delivery=490, discount=0, title="City bicycle", **shop) -> Order:
    """A paid order, by the ORM: (unit price, quantity) for each line."""
    where = make_shop(seller, **{**GERMAN_SHOP, **shop})
    items = sum(price * quantity for price, quantity in lines)
    total = items + delivery - discount
    group = OrderGroup.objects.create(buyer=buyer, currency=where.currency, total_minor=total)
    Payment.objects.create(
        group=group, provider="sandbox", state="succeeded", amount_minor=total, currency=where.currency,
        reported_minor=total, captured_minor=total,
    )  # fmt: skip
    order = Order.objects.create(
        group=group, shop=where, buyer=buyer, seller=seller, state="paid", fulfilment="shipping",
        currency=where.currency, items_minor=items, delivery_minor=delivery, discount_minor=discount, total_minor=total,
        vat_bp=where.vat_bp, address=ADDRESS, delivery={"name": "Parcel"}, paid_at=timezone.now(),
        seller_of_record={
            "name": where.name, "legal_name": where.legal_name, "address": where.legal_address,
            "tax_id": where.tax_id, "kind": where.kind,
        },
    )  # fmt: skip
    listing = make_listing(seller, title=title[:120])
    for price, quantity in lines:
        OrderLine.objects.create(
            order=order, listing=listing, variant=the_variant(listing), title=title[:120], kind="goods",
            unit_price_minor=price, quantity=quantity, subtotal_minor=price * quantity,
        )  # fmt: skip
    order.refresh_from_db()
    return order


def paid_back(order: Order, amount: int, *, delivery=0, state="succeeded") -> Refund:
    refund = Refund.objects.create(
        payment=order.group.payments.get(), order=order, amount_minor=amount, delivery_minor=delivery,
        reason="goodwill", state=state,
    )  # fmt: skip
    if amount > delivery:
        RefundLine.objects.create(refund=refund, line=order.lines.all()[0], amount_minor=amount - delivery, quantity=1)
    return refund


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\u00a0", " ")


# --- issued once, without gaps ----------------------------------------------------------------


def test_paid_order_gets_one_invoice(alice, bob):
    order = bought(bob, alice)
    event = outbox.put("order.paid", order=order)
    tell_invoices(event)
    tell_invoices(event)
    [invoice] = Invoice.objects.all()
    assert (invoice.kind, invoice.number, invoice.reference) == (
        "invoice", f"{order.shop_id}-00001", f"order:{order.pk}",
    )  # fmt: skip
    assert issue_invoice(order) == invoice


def test_the_outbox_makes_them(alice, bob, run_all_tasks):
    order = bought(bob, alice)
    outbox.put("order.paid", order=order)
    run_all_tasks()
    assert Invoice.objects.filter(order=order).count() == 1


@pytest.mark.parametrize("kind", ["order.accepted", "refund.claimed", "payout.paid"])
def test_other_events_make_none(alice, bob, kind):
    tell_invoices(outbox.put(kind, order=bought(bob, alice), data={"refund": 1}))
    assert not Invoice.objects.exists()


def test_what_is_not_paid_or_costs_nothing_has_none(alice, bob):
    order = bought(bob, alice)
    order.paid_at = None
    assert issue_invoice(order) is None
    assert issue_invoice(_free(order)) is None


def _free(order: Order) -> Order:
    order.paid_at, order.total_minor = timezone.now(), 0
    return order


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_when_many_are_made_at_once():
    seller, buyers = make_user("seller"), [make_user(f"buyer{number}") for number in range(4)]
    orders = [bought(buyers[number % 4], seller) for number in range(20)]
    twice = [lambda one=one: issue_invoice(one) for one in orders for _ in range(2)]
    at_once(*twice[:20])
    at_once(*twice[20:])
    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    shop = Shop.objects.get()
    assert numbers == [f"{shop.pk}-{number:05d}" for number in range(1, 21)]
    assert shop.next_invoice_number == 21


@pytest.mark.django_db(transaction=True)
def test_one_order_at_once_is_one_invoice(alice, bob):
    order = bought(bob, alice)
    made = at_once(*[lambda: issue_invoice(order)] * 8)
    assert len({invoice.pk for invoice in made}) == Invoice.objects.count() == 1


def test_number_of_a_failed_invoice_is_not_lost(alice, bob, monkeypatch):
    order = bought(bob, alice)
    with monkeypatch.context() as patched:
        patched.setattr(Invoice.objects, "create", _raise)
        with pytest.raises(ZeroDivisionError):
            issue_invoice(order)
    assert issue_invoice(order).number.endswith("-00001")


def _raise(**fields):
    raise ZeroDivisionError


def test_each_shop_counts_for_itself(alice, bob, charlie):
    first, second = issue_invoice(bought(bob, alice)), issue_invoice(bought(bob, charlie))
    assert (first.number, second.number) == (f"{first.shop_id}-00001", f"{second.shop_id}-00001")
    assert issue_invoice(bought(bob, alice)).number == f"{first.shop_id}-00002"


def test_from_the_checkout_to_the_invoice_and_back(alice, bob, run_all_tasks):
    """Through the same actions as everybody: bought with the sandbox, refunded in part and then whole."""
    make_shop(alice, **GERMAN_SHOP)
    order = trade.bought(bob, make_listing(alice, price=2_500, stock=3), state="accepted")
    run_all_tasks()
    invoice = Invoice.objects.get()
    assert invoice.content["total_minor"] == order.total_minor == 2_990
    assert invoice.content["vat"][0]["vat_minor"] == included_vat(2_990, 1900)
    assert invoice.content["buyer"]["address"] == ["Ferry Street 3", "04109 Leipzig", "Germany"]
    for amount in (1_000, 1_990):
        with transaction.atomic():
            locked = Order.objects.get(pk=order.pk)
            refunds.claim_refund(locked, refunds.amount_of(locked, amount), reason="goodwill", by=alice)
        run_all_tasks()
    notes = Invoice.objects.filter(kind="credit_note").order_by("pk")
    assert [note.content["total_minor"] for note in notes] == [1_000, 1_990]
    for note in notes:
        assert (
            sum(line["total_minor"] for line in note.content["lines"]) + note.content["delivery_minor"]
            == (note.content["total_minor"])
        )
    assert sum(note.content["vat"][0]["vat_minor"] for note in notes) == included_vat(2_990, 1900)


# --- credit notes -----------------------------------------------------------------------------


def test_refund_gets_one_credit_note_that_names_its_invoice(alice, bob):
    order = bought(bob, alice)
    invoice = issue_invoice(order)
    refund = paid_back(order, 5_000)
    event = outbox.put("refund.succeeded", order=order, data={"refund": refund.pk})
    tell_invoices(event)
    tell_invoices(event)
    note = Invoice.objects.get(kind="credit_note")
    assert (note.reference, note.number) == (f"refund:{refund.pk}", f"{order.shop_id}-00002")
    assert note.content["corrects"]["number"] == invoice.number
    assert note.content["total_minor"] == 5_000


def test_refund_told_before_the_payment_makes_both_in_order(alice, bob):
    order = bought(bob, alice)
    issue_credit_note(paid_back(order, 100))
    assert list(Invoice.objects.order_by("number").values_list("kind", flat=True)) == ["invoice", "credit_note"]


def test_refund_under_way_has_none_yet(alice, bob):
    assert issue_credit_note(paid_back(bought(bob, alice), 100, state="claimed")) is None


def test_tax_of_partial_refunds_adds_up_to_that_of_the_invoice(alice, bob):
    order = bought(bob, alice, lines=((33_333, 1),), delivery=0)
    invoice = issue_invoice(order)
    parts = [1, 4_999, 11_111, 7, 17_215]
    assert sum(parts) == order.total_minor
    notes = [issue_credit_note(paid_back(order, amount)) for amount in parts]
    assert sum(note.content["vat"][0]["vat_minor"] for note in notes) == invoice.content["vat"][0]["vat_minor"]
    assert sum(note.content["vat"][0]["net_minor"] for note in notes) == invoice.content["vat"][0]["net_minor"]


@given(gross=st.integers(0, 10**12), rate=st.sampled_from([1, 500, 700, 1900, 2000, 2700]), cut=st.floats(0, 1))
def test_included_tax_is_rounded_once(gross, rate, cut):
    vat = included_vat(gross, rate)
    assert abs(vat * (10_000 + rate) - gross * rate) * 2 <= 10_000 + rate
    middle = int(gross * cut)
    whole, parts = _vat(rate, 0, gross)[0], [_vat(rate, 0, middle)[0], _vat(rate, middle, gross)[0]]
    for name in ("net_minor", "vat_minor", "gross_minor"):
        assert sum(part[name] for part in parts) == whole[name]
    assert whole["net_minor"] + whole["vat_minor"] == gross


# --- frozen -----------------------------------------------------------------------------------


def test_what_changes_later_changes_nothing(alice, bob):
    order = bought(bob, alice)
    before = text_of(pdf_of(issue_invoice(order)))
    Shop.objects.update(legal_name="Other", name="Other", vat_bp=700, tax_id="")
    OrderLine.objects.update(title="Other")
    type(bob).objects.filter(pk=bob.pk).update(name="Other", language="ru")
    assert text_of(pdf_of(issue_invoice(Order.objects.get(pk=order.pk)))) == before


# --- on paper ---------------------------------------------------------------------------------


def test_all_amounts_are_on_it(alice, bob):
    order = bought(bob, alice, lines=((12_345, 2), (999, 1)), delivery=490, discount=500)
    text = text_of(pdf_of(issue_invoice(order)))
    expected = [
        "Invoice", f"{order.shop_id}-00001", order.number, "Radhaus Müller GmbH", "Lindenallee 12", "10115 Berlin",
        "DE123456789", "Bob Baumeister", "Musterstraße 5", "20095 Hamburg", "Germany", "City bicycle", "€123.45",
        "€246.90", "€9.99", "€256.89", "-€5.00", "€4.90", "€256.79", "€215.79", "€41.00",
    ]  # fmt: skip
    assert [one for one in expected if one not in text] == []


@pytest.mark.parametrize(
    ("currency", "price", "shown", "total"),
    [
        ("JPY", 12_345, "¥12,345", "¥24,690"),
        ("KWD", 12_345, "KWD 12.345", "KWD 24.690"),
        ("RUB", 12_345, "123.45", "246.90"),
    ],
)
def test_currencies_with_other_decimals(alice, bob, currency, price, shown, total):
    order = bought(bob, alice, lines=((price, 2),), delivery=0, currency=currency, vat_bp=0)
    text = text_of(pdf_of(issue_invoice(order))).replace("KWD12", "KWD 12").replace("KWD24", "KWD 24")
    assert shown in text
    assert total in text


def test_currency_whose_sign_the_font_lacks_is_named_by_its_letters(alice, bob):
    alice.language = "ru"
    bob.language = "ru"
    bob.save()
    text = text_of(pdf_of(issue_invoice(bought(bob, alice, delivery=0, currency="KZT", vat_bp=0))))
    assert "KZT" in text


def test_language_of_the_buyer(alice, bob):
    bob.language = "de"
    bob.save()
    text = text_of(pdf_of(issue_invoice(bought(bob, alice))))
    assert "246,90 €" in text
    assert "Deutschland" in text


def test_private_sale_is_a_receipt_without_tax(alice, bob):
    order = bought(bob, alice, kind="person", legal_name="", legal_address="", tax_id="", vat_bp=0)
    text = text_of(pdf_of(issue_invoice(order)))
    assert "Receipt" in text
    assert "private sale" in text


def test_long_ones_go_on_for_pages_with_the_columns_named_on_each(alice, bob):
    order = bought(bob, alice, lines=tuple((100 + number, 1) for number in range(120)), title="A saddle " * 12)
    reader = PdfReader(io.BytesIO(pdf_of(issue_invoice(order))))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 4
    assert all("Amount" in page for page in pages[:-1])
    assert f"1 / {len(pages)}" in pages[0].replace("\u00a0", " ")
    assert "€1.00" in pages[0]
    assert "€2.19" in "".join(pages)
    assert "Total" in pages[-1]


HOSTILE = [
    "\u202egnp.exe\u202c", "\x00\x07\x1b[31m", "<script>alert(1)</script>", "e" + "\u0301" * 10_000, "W" * 10_000,
    "(escape\\) Tj ET", "{nb}", "**bold** __u__", "\ud83d", "自行车 مرحبا 😀", "", " \n\t ", "%s %(x)s {0}", "=1+1",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_only_text(alice, bob, text):
    order = bought(bob, alice)
    invoice = issue_invoice(order)
    content = invoice.content
    content["lines"][0] |= {"title": text, "variant": text}
    content["buyer"] = {"name": text, "address": [text] * 3}
    content["seller"] |= {"name": text, "legal_name": text, "address": f"{text}\n" * 30, "tax_id": text}
    content["delivery_name"] = text
    pdf = pdf_of(invoice)
    shown = text_of(pdf)
    assert "€246.90" in shown
    assert len(pdf) < 200_000
    assert not any(one in shown for one in "\u202e\x00\x07\x1b")
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"].get("/OpenAction") is None or b"/JavaScript" not in pdf


def test_cleaning():
    assert clean("a\u202eb\u200bc\x00d") == "abcd"
    assert clean("  two\n lines ") == "two lines"
    assert clean("e" + "\u0301" * 50) in ("é\u0301\u0301", "é\u0301", "é")
    assert clean("自x") == "?x"
    assert len(clean("x" * 10_000)) == 300
    assert clean_lines("a\r\n\r\nb\n" + "c\n" * 50) == ["a", "b", "c", "c", "c", "c", "c", "c"]


# --- who reads it -----------------------------------------------------------------------------


def test_buyer_and_seller_read_it_and_nobody_else(api, alice, bob, charlie):
    invoice = issue_invoice(bought(bob, alice))
    url = f"/api/v1/market/invoices/{invoice.pk}.pdf"
    for person in (alice, bob):
        answer = api(person).get(url, headers={"accept": "text/html"})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Disposition"] == f'inline; filename="invoice-{invoice.number}.pdf"'
        assert answer.content.startswith(b"%PDF-")
    assert api(charlie).get(url).status_code == 404
    assert api().get(url).status_code == 401
    staff = make_user("staff", is_staff=True)
    assert api(staff).get(url).status_code == 404


@pytest.mark.parametrize("number", [0, 10**9, 2**63, 2**70])
def test_unknown_ones(api, alice, number):
    assert api(alice).get(f"/api/v1/market/invoices/{number}.pdf").status_code == 404


def test_name_of_a_credit_note(api, alice, bob):
    note = issue_credit_note(paid_back(bought(bob, alice), 100))
    answer = api(bob).get(f"/api/v1/market/invoices/{note.pk}.pdf")
    assert f"credit-note-{note.number}.pdf" in answer["Content-Disposition"]
    assert "Credit note" in text_of(answer.content)


def test_drawing_is_quick(alice, bob):
    invoice = issue_invoice(bought(bob, alice))
    pdf_of(invoice)
    started = timezone.now()
    pdf_of(invoice)
    assert timezone.now() - started < timedelta(seconds=2)
