"""REST: what devices in a call tell each other. Who has a socket sends it there, and hears it at once."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from calls.actions.signalling import send_signal, signals_for
from calls.api import bodies
from calls.shapes import CallSignalJSON, CallSignalsJSON
from core.api import ApiView
from core.schema import Shape, problems


class SignalsView(ApiView):
    @extend_schema(
        operation_id="calls_signals",
        summary="What came for my device",
        description="After signal `after`, oldest first; signals are kept for 90 s. On the socket: `call.signals`.",
        parameters=[bodies.SignalsQuery],
        responses={200: Shape(CallSignalsJSON), **problems("call_not_found", "call_ended", "not_in_call")},
    )
    def get(self, request: Request, call: int) -> Response:
        query = self.query(bodies.SignalsQuery)
        return Response({"signals": signals_for(by=self.user, call_id=call, **query)})

    @extend_schema(
        operation_id="calls_signal",
        summary="A description or candidates for another device in the call",
        description="Perfect negotiation: of two devices the one with the larger UUID is polite. The same `n` to the "
        "same device is the same signal, stored once. On the socket: `call.signal`.",
        request=bodies.SignalBody,
        responses={
            200: Shape(CallSignalJSON),
            **problems(
                "call_not_found", "call_ended", "not_in_call", "not_answered", "peer_not_in_call", "bad_signal",
                "signal_too_large", "address_hidden",
            ),
        },
        examples=bodies.SIGNALLING,
    )  # fmt: skip
    def post(self, request: Request, call: int) -> Response:
        return Response(send_signal(by=self.user, call_id=call, **self.data(bodies.SignalBody)))
