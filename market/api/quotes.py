"""REST: the Buy button."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.paging import page
from core.schema import Shape, example, problems
from core.shapes import page_of
from market.access.offers import quote_for_viewing, quotes_for_viewing
from market.actions import quotes
from market.models import Quote
from market.serializers.offers import quote_json, quotes_json
from market.shapes.orders import QuoteJSON
from messenger.fields import PAGING, id_field

QuotePageJSON = page_of("QuotePageJSON", QuoteJSON)


class QuoteBody(serializers.Serializer):
    variant = id_field()
    quantity = serializers.IntegerField(min_value=1, max_value=limits.PIECES, default=1)


class QuotesQuery(serializers.Serializer):
    state = serializers.ChoiceField(choices=Quote.State.choices, required=False)


class QuotesView(ApiView):
    @extend_schema(
        operation_id="quotes_list",
        summary="My quotes, newest first",
        parameters=[QuotesQuery, *PAGING],
        responses={200: Shape(QuotePageJSON), **problems("bad_cursor", "bad_limit")},
    )
    def get(self, request: Request) -> Response:
        rows = quotes_for_viewing(self.user).filter(**self.query(QuotesQuery))
        found = page(rows, request, serialize=lambda quote: quote)
        return Response({**found, "results": quotes_json(found["results"])})

    @extend_schema(
        operation_id="quotes_create",
        summary="Buy: hold the price and the pieces for 15 minutes",
        description="Pressing again answers the same quote (200) as long as it is open; another quantity, or a price "
        "that has fallen, makes it anew (201). The price is the seller's, whatever else is sent. "
        f"At most {limits.OPEN_QUOTES} are open at once.",
        request=QuoteBody,
        responses={
            200: Shape(QuoteJSON),
            201: Shape(QuoteJSON),
            **problems(
                "variant_not_found", "own_listing", "not_available", "on_holiday", "price_on_request", "out_of_stock",
                "max_per_buyer", "too_many_quotes", "bad_quantity",
            ),
        },
        examples=[example("The last ticket", {"variant": 12, "quantity": 1})],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = self.data(QuoteBody)
        quote, is_new = quotes.make_quote(by=self.user, variant_id=body["variant"], quantity=body["quantity"])
        return Response(quote_json(quote), status=201 if is_new else 200)


class QuoteView(ApiView):
    @extend_schema(
        operation_id="quotes_retrieve",
        summary="A quote of mine",
        responses={200: Shape(QuoteJSON), **problems("quote_not_found")},
    )
    def get(self, request: Request, quote: int) -> Response:
        return Response(quote_json(quote_for_viewing(self.user, quote)))

    @extend_schema(
        operation_id="quotes_cancel",
        summary="Let the pieces go",
        description="Twice is once.",
        responses={200: Shape(QuoteJSON), **problems("quote_not_found", "quote_used")},
    )
    def delete(self, request: Request, quote: int) -> Response:
        return Response(quote_json(quotes.cancel_quote(by=self.user, quote_id=quote)))


routes = [
    path("quotes", QuotesView.as_view()),
    path("quotes/<int:quote>", QuoteView.as_view()),
]
