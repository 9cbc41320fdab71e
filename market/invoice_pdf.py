"""What an invoice says on paper. Loaded by market/invoices.py when one is asked for: fpdf takes its time."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from market.invoices import day_text
from market.models import Invoice
from market.paper import Page


def render(invoice: Invoice) -> bytes:
    content = invoice.content
    with translation.override(content["language"]):
        page = Page(content["language"], content["currency"])
        seller = content["seller"]
        page.begin(f"{_title(invoice)} {invoice.number}", seller["legal_name"] or seller["name"], invoice.issued_at)
        page.parties(content)
        page.heading(_title(invoice), _facts(invoice))
        page.lines(content["lines"])
        page.totals(_sums(content))
        page.vat(content["vat"])
        page.notes(_notes(invoice))
        return bytes(page.pdf.output())


def _title(invoice: Invoice) -> str:
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        return _("Credit note")
    return _("Invoice") if invoice.content["seller"]["kind"] == "business" else pgettext("of a private sale", "Receipt")


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    content = invoice.content
    language = content["language"]
    facts = [
        (_("Number"), invoice.number),
        (_("Date"), day_text(invoice.issued_at.date().isoformat(), language)),
        (pgettext("what was bought", "Order"), content["order"]["number"]),
        (_("Ordered on"), day_text(content["order"]["date"], language)),
    ]
    if corrects := content.get("corrects"):
        facts.append((_("Corrects"), f"{corrects['number']} ({day_text(corrects['date'], language)})"))
    return facts


def _sums(content: dict[str, Any]) -> list[tuple[str, int]]:
    """What stands between the lines and the total, and the total last."""
    items = sum(line["total_minor"] for line in content["lines"])
    rows = [(_("Goods"), items)]
    if content["discount_minor"]:
        rows.append((_("Discount"), -content["discount_minor"]))
    if content["delivery_minor"]:
        name = content["delivery_name"]
        rows.append((f"{_('Delivery')}: {name}" if name else _("Delivery"), content["delivery_minor"]))
    if content["tax_minor"]:
        rows.append((_("Tax"), content["tax_minor"]))
    return [*(rows if len(rows) > 1 else []), (_("Total"), content["total_minor"])]


def _notes(invoice: Invoice) -> list[str]:
    content = invoice.content
    notes = []
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        notes.append(_("This amount was paid back the way the order was paid."))
    else:
        notes.append(_("Paid in full through Tenfold."))
    if not content["vat"]:
        if content["seller"]["kind"] == "business":
            notes.append(_("No value added tax is shown."))
        else:
            notes.append(_("A private sale: no value added tax is charged."))
    return notes
