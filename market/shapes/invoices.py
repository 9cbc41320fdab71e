"""Invoices as JSON."""

from typing import Literal, TypedDict


class InvoiceCardJSON(TypedDict):
    """`url`: the PDF."""

    id: int
    number: str
    kind: Literal["invoice", "credit_note"]
    url: str
    issued_at: str
