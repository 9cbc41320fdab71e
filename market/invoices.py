"""Invoices and credit notes: numbered without gaps within a shop, made once, with what they say frozen.

An invoice is made when an order is paid, a credit note when money of it went back to the buyer. Nothing that a listing,
a shop or an address says later changes either. What they look like on paper: market/invoice_pdf.py.
"""

from datetime import datetime
from importlib import import_module
from typing import Any

from babel import Locale
from babel.dates import format_date
from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from accounts.models import User
from accounts.serializers import timestamp
from core.errors import NotFound
from market.models import Invoice, Order, Refund, Shop
from market.shapes.invoices import InvoiceCardJSON


def issue_invoice(order: Order) -> Invoice | None:
    """The invoice of a paid order: the one there is, else a new one. None for what cost nothing, or is not paid."""
    if order.paid_at is None or not order.total_minor:
        return None
    with transaction.atomic():
        _lock_numbers(order.shop_id)
        reference = f"order:{order.pk}"
        return _existing(reference) or _issue(order, Invoice.Kind.INVOICE, reference, _sold(order))


def issue_credit_note(refund: Refund) -> Invoice | None:
    """Of what was paid back of an order. None for money that no order wanted, and for what has not gone back yet."""
    if refund.order is None or refund.state != Refund.State.SUCCEEDED:
        return None
    with transaction.atomic():
        _lock_numbers(refund.order.shop_id)
        reference = f"refund:{refund.pk}"
        if (made := _existing(reference)) is not None:
            return made
        invoice = issue_invoice(refund.order)
        if invoice is None:  # refunded before the order was ever paid: there is nothing to correct
            return None
        return _issue(refund.order, Invoice.Kind.CREDIT_NOTE, reference, _refunded(refund, invoice))


def invoice_for_reading(by: User, invoice_id: int) -> Invoice:
    """For the two whose order it is."""
    invoice = Invoice.objects.select_related("order").filter(pk=invoice_id).first()
    if invoice is None or by.pk not in (invoice.order.buyer_id, invoice.order.seller_id):
        raise NotFound()
    return invoice


def pdf_of(invoice: Invoice) -> bytes:
    """A4. The library behind it takes its time to load, so it is loaded when the first one is asked for."""
    made: bytes = import_module("market.invoice_pdf").render(invoice)
    return made


def url_of(invoice: Invoice) -> str:
    return f"/api/v1/market/invoices/{invoice.pk}.pdf"


def invoice_card_json(invoice: Invoice) -> InvoiceCardJSON:
    return {
        "id": invoice.pk,
        "number": invoice.number,
        "kind": invoice.kind,  # type: ignore[typeddict-item]  # a str of the choices
        "url": url_of(invoice),
        "issued_at": timestamp(invoice.issued_at),
    }


# --- numbers ----------------------------------------------------------------------------------


def _lock_numbers(shop_id: int) -> None:
    """One invoice of a shop at a time; on SQLite every transaction is alone anyway."""
    Shop.objects.select_for_update().get(pk=shop_id)


def _existing(reference: str) -> Invoice | None:
    return Invoice.objects.filter(reference=reference).first()


def _issue(order: Order, kind: str, reference: str, content: dict[str, Any]) -> Invoice:
    """Number and invoice are one transaction: a number that is taken is on an invoice, or was never taken."""
    Shop.objects.filter(pk=order.shop_id).update(next_invoice_number=F("next_invoice_number") + 1)
    number = Shop.objects.values_list("next_invoice_number", flat=True).get(pk=order.shop_id) - 1
    return Invoice.objects.create(
        order=order,
        shop_id=order.shop_id,
        kind=kind,
        reference=reference,
        number=f"{order.shop_id}-{number:05d}",
        content={**_parties(order), **content},
        issued_at=timezone.now(),
    )


# --- what they say ----------------------------------------------------------------------------


def _parties(order: Order) -> dict[str, Any]:
    buyer, address = order.buyer, order.address or {}
    city = " ".join(part for part in (address.get("postcode"), address.get("city")) if part)
    street = [address.get(name) for name in ("line1", "line2")]
    language = buyer.language or settings.LANGUAGE_CODE
    lines = [*street, city, address.get("region"), _country(address.get("country", ""), language)]
    return {
        "language": language,
        "currency": order.currency,
        "seller": {name: order.seller_of_record.get(name, "") for name in _OF_SELLER},
        "buyer": {
            "name": address.get("name") or buyer.name or f"@{buyer.handle}",
            "address": [line for line in lines if line],
        },
        "order": {"number": order.number, "date": _day(order.created_at)},
    }


_OF_SELLER = ("name", "legal_name", "address", "tax_id", "kind")


def _sold(order: Order) -> dict[str, Any]:
    lines = [
        {
            "title": line.title,
            "variant": line.variant_name,
            "quantity": line.quantity,
            "unit_minor": line.unit_price_minor,
            "total_minor": line.subtotal_minor,
        }
        for line in order.lines.all()
    ]
    return {
        "lines": lines,
        "discount_minor": order.discount_minor,
        "delivery_minor": order.delivery_minor,
        "delivery_name": order.delivery.get("name", ""),
        "tax_minor": order.tax_minor,
        "total_minor": order.total_minor,
        "vat": _vat(order.vat_bp, 0, order.total_minor - order.tax_minor),
    }


def _refunded(refund: Refund, invoice: Invoice) -> dict[str, Any]:
    """Without a discount: what is paid back of a line is what was paid for it."""
    order = invoice.order
    lines = [
        {
            "title": part.line.title,
            "variant": part.line.variant_name,
            "quantity": part.quantity,  # 0: a part of the price
            "unit_minor": None,
            "total_minor": part.amount_minor,
        }
        for part in refund.lines.select_related("line").order_by("line_id")
        if part.amount_minor
    ]
    before = _credited_before(order)
    return {
        "lines": lines,
        "discount_minor": 0,
        "delivery_minor": refund.delivery_minor,
        "delivery_name": order.delivery.get("name", ""),
        "tax_minor": 0,
        "total_minor": refund.amount_minor,
        "vat": _vat(order.vat_bp, before, before + refund.amount_minor),
        "corrects": {"number": invoice.number, "date": _day(invoice.issued_at)},
    }


def _credited_before(order: Order) -> int:
    notes = Invoice.objects.filter(order=order, kind=Invoice.Kind.CREDIT_NOTE)
    done = Refund.objects.filter(order=order, pk__in=[int(note.reference.partition(":")[2]) for note in notes])
    return done.aggregate(total=Sum("amount_minor"))["total"] or 0


def _vat(rate_bp: int, start: int, end: int) -> list[dict[str, int]]:
    """What the prices from `start` to `end` of an order include, by rate.

    As the difference of two sums, each rounded once: however often an order is refunded in parts, the tax of its
    credit notes adds up to that of its invoice.
    """
    if not rate_bp:
        return []
    gross, vat = end - start, included_vat(end, rate_bp) - included_vat(start, rate_bp)
    return [{"rate_bp": rate_bp, "net_minor": gross - vat, "vat_minor": vat, "gross_minor": gross}]


def included_vat(gross_minor: int, rate_bp: int) -> int:
    """The tax inside a price, half up, in whole minor units of any currency."""
    return (2 * gross_minor * rate_bp + 10_000 + rate_bp) // (2 * (10_000 + rate_bp))


def _country(code: str, language: str) -> str:
    return Locale.parse(language, sep="-").territories.get(code, code)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def day_text(day: str, language: str) -> str:
    return format_date(datetime.fromisoformat(day), format="long", locale=language.replace("-", "_"))
