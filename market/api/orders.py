"""REST: orders, what their two sides do with them, and what may follow."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.errors import Invalid
from core.paging import page
from core.schema import Shape, example, problems
from core.shapes import page_of
from market.access.orders import order_for_reading
from market.actions import aftersale, cancelling, disputes, fulfilment, returns
from market.actions.cancelling import expire_on_read
from market.models import Dispute, Order
from market.queries import orders as queries
from market.serializers.orders import (
    dispute_json,
    order_card_json,
    order_cards_json,
    order_json,
    refund_json,
    return_json,
)
from market.shapes.orders import DisputeJSON, OrderCardJSON, OrderJSON, RefundJSON, ReturnJSON

_TAB = OpenApiParameter("tab", str, enum=sorted(queries.TABS))
_MOVING = ("order_not_found", "not_your_move", "wrong_state")


def _page(request: Request, rows: Any) -> dict[str, Any]:
    if text := request.query_params.get("q", ""):
        rows = queries.find_orders(rows, text)
    answer = page(rows, request, size=30, serialize=lambda order: order)
    return {**answer, "results": order_cards_json(answer["results"])}


def _tab(request: Request) -> str:
    tab = request.query_params.get("tab", "")
    if tab and tab not in queries.TABS:
        raise Invalid("unknown_tab", field="tab")
    return tab


class OrdersView(ApiView):
    @extend_schema(
        operation_id="orders_list",
        summary="What I bought, or sold with `role=seller`",
        parameters=[_TAB, OpenApiParameter("role", str, enum=["buyer", "seller"]), OpenApiParameter("q", str)],
        responses={200: Shape(page_of("OrderPageJSON", OrderCardJSON)), **problems("unknown_tab", "bad_cursor")},
    )
    def get(self, request: Request) -> Response:
        is_seller = request.query_params.get("role") == "seller"
        rows = queries.sold_orders if is_seller else queries.bought_orders
        return Response(_page(request, rows(self.user, _tab(request))))


class OrderView(ApiView):
    @extend_schema(
        operation_id="orders_get",
        summary="One order, as its buyer, its seller or a moderator of its dispute sees it",
        responses={200: Shape(OrderJSON), **problems("order_not_found")},
    )
    def get(self, request: Request, order: int) -> Response:
        found, role = order_for_reading(self.user, order)
        expire_on_read(found)
        return Response(order_json(found, self.user, role))


class MoveBody(serializers.Serializer):
    act = serializers.ChoiceField(
        choices=["cancel", "accept", "decline", "ship", "hand_over", "deliver", "confirm", "withdraw_dispute"]
    )
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    carrier = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)
    tracking_number = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)
    code = serializers.CharField(required=False, allow_blank=True, default="", max_length=20)


class OrderMovesView(ApiView):
    @extend_schema(
        operation_id="orders_move",
        summary="Move an order on",
        description="`act` is one of what `moves` names for your role. A move that was made already answers "
        "`wrong_state` with the state as it is.",
        request=MoveBody,
        responses={200: Shape(OrderJSON), **problems(*_MOVING, "wrong_code", "too_many_tries", "return_open")},
        examples=[
            example("Sent", {"act": "ship", "carrier": "DHL", "tracking_number": "00340434161094042557"}),
            example("Handed over", {"act": "hand_over", "code": "402113"}),
            example("Content", {"act": "confirm"}),
        ],
    )
    def post(self, request: Request, order: int) -> Response:
        body = self.data(MoveBody)
        moved = _MOVES[body["act"]](self.user, order, body)
        return Response(order_json(*self._fresh(moved.pk)))

    def _fresh(self, pk: int) -> tuple[Order, Any, str]:
        order, role = order_for_reading(self.user, pk)
        return order, self.user, role


_MOVES: dict[str, Any] = {
    "cancel": lambda by, pk, body: cancelling.cancel(by=by, order_id=pk, reason=body["reason"]),
    "decline": lambda by, pk, body: cancelling.decline(by=by, order_id=pk, reason=body["reason"]),
    "accept": lambda by, pk, body: fulfilment.accept(by=by, order_id=pk),
    "ship": lambda by, pk, body: fulfilment.ship(
        by=by, order_id=pk, carrier=body["carrier"], tracking_number=body["tracking_number"]
    ),
    "hand_over": lambda by, pk, body: fulfilment.hand_over(by=by, order_id=pk, code=body["code"]),
    "deliver": lambda by, pk, body: fulfilment.deliver(by=by, order_id=pk),
    "confirm": lambda by, pk, body: fulfilment.confirm(by=by, order_id=pk),
    "withdraw_dispute": lambda by, pk, body: disputes.withdraw(by=by, order_id=pk),
}


class TrackingBody(serializers.Serializer):
    carrier = serializers.CharField(allow_blank=True, max_length=60)
    tracking_number = serializers.CharField(allow_blank=True, max_length=80)


class TrackingView(ApiView):
    @extend_schema(
        operation_id="orders_track",
        summary="Correct the tracking of a parcel",
        request=TrackingBody,
        responses={200: Shape(OrderCardJSON), **problems(*_MOVING)},
    )
    def put(self, request: Request, order: int) -> Response:
        return Response(
            order_card_json(fulfilment.set_tracking(by=self.user, order_id=order, **self.data(TrackingBody)))
        )


# --- after the sale -----------------------------------------------------------------------------


class PieceBody(serializers.Serializer):
    line = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    quantity = serializers.IntegerField(min_value=1, max_value=1_000_000)


class RefundBody(serializers.Serializer):
    amount_minor = serializers.IntegerField(min_value=1, max_value=2**53, required=False, allow_null=True, default=None)
    lines = PieceBody(many=True, required=False, default=list)
    with_delivery = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class RefundsView(ApiView):
    @extend_schema(
        operation_id="orders_refund",
        summary="Give money back, as the seller",
        description="An amount, single pieces of lines, or all that is left. Twice the same is refused when nothing is "
        "left; send an amount only with the order's `refunded` in sight.",
        request=RefundBody,
        responses={
            201: Shape(RefundJSON),
            **problems(*_MOVING, "bad_amount", "bad_quantity", "unknown_line", "nothing_to_refund", "not_paid"),
        },
        examples=[
            example("A part", {"amount_minor": 500, "note": "For the scratch"}),
            example("One piece", {"lines": [{"line": 31, "quantity": 1}]}),
        ],
    )
    def post(self, request: Request, order: int) -> Response:
        body = self.data(RefundBody)
        pieces = {one["line"]: one["quantity"] for one in body.pop("lines")}
        refund = aftersale.refund(by=self.user, order_id=order, pieces=pieces, **body)
        if refund is None:
            return Response(status=204)
        return Response(refund_json(refund, refund.payment.currency), status=201)


class ReturnBody(serializers.Serializer):
    lines = PieceBody(many=True)
    reason = serializers.CharField(max_length=500)


class ReturnsView(ApiView):
    @extend_schema(
        operation_id="orders_return",
        summary="Ask to send goods back, as the buyer",
        request=ReturnBody,
        responses={
            201: Shape(ReturnJSON),
            **problems(*_MOVING, "too_late", "return_open", "bad_quantity", "unknown_line", "nothing_chosen"),
        },
    )
    def post(self, request: Request, order: int) -> Response:
        body = self.data(ReturnBody)
        pieces = {one["line"]: one["quantity"] for one in body["lines"]}
        made = returns.ask_return(by=self.user, order_id=order, pieces=pieces, reason=body["reason"])
        return Response(return_json(made), status=201)


class ReturnStepBody(serializers.Serializer):
    act = serializers.ChoiceField(choices=sorted(returns.STEPS))
    answer = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    tracking_number = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)


class ReturnStepsView(ApiView):
    @extend_schema(
        operation_id="orders_return_step",
        summary="Approve, decline, send, receive or withdraw a return",
        request=ReturnStepBody,
        responses={200: Shape(ReturnJSON), **problems("return_not_found", *_MOVING)},
    )
    def post(self, request: Request, row: int) -> Response:
        return Response(return_json(returns.step_return(by=self.user, return_id=row, **self.data(ReturnStepBody))))


class DisputeBody(serializers.Serializer):
    reason = serializers.ChoiceField(choices=Dispute.Reason.choices)
    text = serializers.CharField(max_length=2000)


class DecisionBody(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=["released", "refunded", "split"])
    refund_minor = serializers.IntegerField(min_value=0, max_value=2**53, required=False, default=0)
    decision = serializers.CharField(max_length=2000)


class EvidenceBody(serializers.Serializer):
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    attachment = serializers.UUIDField(required=False, allow_null=True, default=None)


class DisputeView(ApiView):
    @extend_schema(
        operation_id="orders_dispute",
        summary="Open a dispute, as the buyer",
        request=DisputeBody,
        responses={201: Shape(DisputeJSON), **problems(*_MOVING)},
    )
    def post(self, request: Request, order: int) -> Response:
        made = disputes.open_dispute(by=self.user, order_id=order, **self.data(DisputeBody))
        return Response(dispute_json(made, made.order.currency), status=201)


class EvidenceView(ApiView):
    @extend_schema(
        operation_id="orders_dispute_evidence",
        summary="Bring evidence to a dispute",
        description="Words, or a file of one's own uploads; both sides and the moderators see it.",
        request=EvidenceBody,
        responses={
            201: Shape(DisputeJSON),
            **problems(*_MOVING, "empty", "too_much_evidence", "attachment_not_found"),
        },
    )
    def post(self, request: Request, order: int) -> Response:
        made = disputes.add_evidence(by=self.user, order_id=order, **self.data(EvidenceBody))
        return Response(dispute_json(made.dispute, made.dispute.order.currency), status=201)


class DecisionView(ApiView):
    @extend_schema(
        operation_id="orders_dispute_decide",
        summary="Decide a dispute, as a moderator",
        request=DecisionBody,
        responses={200: Shape(DisputeJSON), **problems(*_MOVING, "moderator_needed", "own_order", "bad_amount")},
    )
    def post(self, request: Request, order: int) -> Response:
        made = disputes.decide(by=self.user, order_id=order, **self.data(DecisionBody))
        return Response(dispute_json(made, made.order.currency))


routes = [
    path("orders", OrdersView.as_view()),
    path("orders/<int:order>", OrderView.as_view()),
    path("orders/<int:order>/moves", OrderMovesView.as_view()),
    path("orders/<int:order>/tracking", TrackingView.as_view()),
    path("orders/<int:order>/refunds", RefundsView.as_view()),
    path("orders/<int:order>/returns", ReturnsView.as_view()),
    path("returns/<int:row>/steps", ReturnStepsView.as_view()),
    path("orders/<int:order>/dispute", DisputeView.as_view()),
    path("orders/<int:order>/dispute/evidence", EvidenceView.as_view()),
    path("orders/<int:order>/dispute/decision", DecisionView.as_view()),
]
