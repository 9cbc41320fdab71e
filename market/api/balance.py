"""REST: a shop's money: balance, statement, payouts. And where providers' webhooks come in."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.idempotency import idempotent
from core.paging import page
from core.schema import Shape, problems
from core.shapes import page_of
from market import inbox, payments
from market.access.listings import own_shop
from market.actions.payouts import request_payout
from market.payments.base import BadSignature, ProviderError
from market.queries.orders import balance_json, payout_json, statement_entries, statement_line_json
from market.shapes.orders import BalanceJSON, PayoutJSON, StatementLineJSON

_MAX_WEBHOOK = 256 * 1024


class BalanceView(ApiView):
    @extend_schema(
        operation_id="balance_get",
        summary="My shop's money",
        responses={200: Shape(BalanceJSON), **problems("shop_not_found")},
    )
    def get(self, request: Request) -> Response:
        return Response(balance_json(own_shop(self.user)))


class StatementView(ApiView):
    @extend_schema(
        operation_id="balance_statement",
        summary="What moved my shop's balance, newest first",
        responses={200: Shape(page_of("StatementPageJSON", StatementLineJSON)), **problems("shop_not_found")},
    )
    def get(self, request: Request) -> Response:
        shop = own_shop(self.user)
        rows = statement_entries(shop)
        return Response(page(rows, request, serialize=lambda entry: statement_line_json(entry, shop.currency)))


class PayoutBody(serializers.Serializer):
    amount_minor = serializers.IntegerField(
        min_value=1, max_value=2**53, required=False, allow_null=True, default=None, help_text="Left out: all of it."
    )


class PayoutsView(ApiView):
    @extend_schema(
        operation_id="payouts_list",
        summary="My shop's payouts, newest first",
        responses={200: Shape(page_of("PayoutPageJSON", PayoutJSON)), **problems("shop_not_found")},
    )
    def get(self, request: Request) -> Response:
        rows = own_shop(self.user).payouts.all()
        return Response(page(rows, request, serialize=payout_json))

    @extend_schema(
        operation_id="payouts_create",
        summary="Have money paid out",
        description="Needs an `Idempotency-Key`.",
        request=PayoutBody,
        responses={
            201: Shape(PayoutJSON),
            **problems(
                "shop_not_found", "no_payout_account", "payouts_frozen", "owes_money", "nothing_to_pay_out",
                "bad_amount", "no_payments", "idempotency_key_needed", "idempotency_key_reused",
            ),
        },
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        payout = request_payout(by=self.user, amount_minor=self.data(PayoutBody)["amount_minor"])
        return Response(payout_json(payout), status=201)


@method_decorator(csrf_exempt, name="dispatch")
class ProviderHook(View):
    """Where payment providers call: the raw body is what is signed, so no parser comes near it."""

    def post(self, request: HttpRequest, provider: str) -> HttpResponse:
        if not payments.is_enabled(provider):
            return HttpResponse(status=404)
        if int(request.headers.get("Content-Length") or 0) > _MAX_WEBHOOK:
            return HttpResponse(status=413)
        headers: dict[str, Any] = dict(request.headers.items())
        try:
            event = inbox.receive(provider, headers, request.body)
        except (BadSignature, ValueError, KeyError, TypeError, RawPostDataException):  # nonsense, or a form
            return JsonResponse({"code": "bad_signature"}, status=400)
        except ProviderError:  # it has to be asked what this is about, and does not answer: it will tell us again
            return JsonResponse({"code": "unavailable"}, status=503)
        return JsonResponse({"received": event.pk})


routes = [
    path("balance", BalanceView.as_view()),
    path("balance/statement", StatementView.as_view()),
    path("payouts", PayoutsView.as_view()),
]
