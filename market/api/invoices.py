"""REST: an invoice or a credit note as PDF."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from core import limits
from core.api import ApiView
from core.filenames import content_disposition
from core.schema import problems
from market.invoices import invoice_for_reading, pdf_of


class InvoiceView(ApiView):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A PDF, whatever the client says it accepts: browsers ask for pages."""
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type

    @extend_schema(
        operation_id="invoices_pdf",
        summary="An invoice or credit note as PDF",
        description="For the buyer and the seller of its order. In the buyer's language, as it was when it was made.",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, **problems("not_found")},
    )
    def get(self, request: Request, invoice: int) -> HttpResponse:
        found = invoice_for_reading(self.user, invoice)
        limits.check("invoice", self.user.pk)
        name = "credit-note" if found.kind == found.Kind.CREDIT_NOTE else "invoice"
        return HttpResponse(
            pdf_of(found),
            content_type="application/pdf",
            headers={
                "Content-Disposition": content_disposition(f"{name}-{found.number}.pdf", is_inline=True),
                "Cache-Control": "private, no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )


routes = [path("invoices/<int:invoice>.pdf", InvoiceView.as_view())]
