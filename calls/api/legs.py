"""REST: the devices in a call, and what leads of a group do about them."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from calls.actions.legs import change_leg, mute_all, ping_many, remove_leg
from calls.api import bodies
from calls.serializers import call_json
from calls.shapes import CallJSON, CallPingJSON
from core.api import ApiView
from core.schema import Shape, example, problems


class PingView(ApiView):
    @extend_schema(
        operation_id="calls_ping",
        summary="This device is still in the call",
        description="Every 10 s; a device that is silent for 45 s is out. On the socket: `call.ping`.",
        request=bodies.DeviceBody,
        responses={200: Shape(CallPingJSON), **problems("call_not_found")},
    )
    def post(self, request: Request, call: int) -> Response:
        answer = ping_many([(self.user.pk, call, self.data(bodies.DeviceBody)["device"])])[0]
        if isinstance(answer, Exception):
            raise answer
        return Response(answer)


class LegView(ApiView):
    @extend_schema(
        operation_id="calls_change_leg",
        summary="What the others are shown of my device",
        request=bodies.LegBody,
        responses={200: Shape(CallJSON), **problems("call_not_found", "call_ended", "not_in_call", "bad_device")},
        examples=[example("Silent, hand up", {"is_muted": True, "hand": True})],
    )
    def patch(self, request: Request, call: int, device: str) -> Response:
        flags = self.data(bodies.LegBody)
        return Response(call_json(change_leg(by=self.user, call_id=call, device=bodies.device_in(device), **flags)))

    @extend_schema(
        operation_id="calls_remove_leg",
        summary="Take somebody out of a group's call",
        description="For those who may ban in the chat. They may come back while they are members.",
        responses={
            200: Shape(CallJSON),
            **problems("call_not_found", "call_ended", "right_needed", "not_in_call", "bad_device"),
        },
    )
    def delete(self, request: Request, call: int, device: str) -> Response:
        return Response(call_json(remove_leg(by=self.user, call_id=call, device=bodies.device_in(device))))


class MuteView(ApiView):
    @extend_schema(
        operation_id="calls_mute",
        summary="Ask for silence in a group's call",
        description="For those who may ban in the chat. The devices hear `call.mute_asked` and mute themselves.",
        request=bodies.MuteBody,
        responses={204: None, **problems("call_not_found", "call_ended", "right_needed", "not_in_call")},
        examples=[example("Everybody", {}), example("One device", {"device": bodies.PHONE})],
    )
    def post(self, request: Request, call: int) -> Response:
        mute_all(by=self.user, call_id=call, **self.data(bodies.MuteBody))
        return Response(status=204)
