"""My devices, and which of them want to be woken."""

from typing import TypedDict

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import devices, push
from accounts.api.inputs import EndpointInput, SubscriptionInput
from accounts.authentication import session_key_of
from accounts.models import PushSubscription
from accounts.serializers import DeviceJSON, PushSubscriptionJSON, device_json, push_subscription_json
from core import limits
from core.api import ApiView
from core.schema import Shape, problems
from core.webpush import public_key


class DevicesJSON(TypedDict):
    results: list[DeviceJSON]


class EndedJSON(TypedDict):
    ended_count: int


class PushSubscriptionsJSON(TypedDict):
    public_key: str  # for PushManager.subscribe(), as applicationServerKey
    results: list[PushSubscriptionJSON]


class DevicesView(ApiView):
    @extend_schema(summary="Where I am signed in", responses={200: Shape(DevicesJSON), **problems()}, tags=["devices"])
    def get(self, request: Request) -> Response:
        current = session_key_of(request)
        return Response({"results": [device_json(device, current) for device in devices.devices_of(self.user)]})

    @extend_schema(
        operation_id="me_devices_end_others",
        summary="Sign out all other devices",
        responses={200: Shape(EndedJSON), **problems()},
        tags=["devices"],
    )
    def delete(self, request: Request) -> Response:
        return Response({"ended_count": devices.end_devices(self.user, except_session=session_key_of(request))})


class DeviceView(ApiView):
    @extend_schema(
        summary="Sign out one device",
        description="Its open connections close within a second.",
        responses={204: None, **problems("device_not_found")},
        tags=["devices"],
    )
    def delete(self, request: Request, device_id: int) -> Response:
        devices.end_device(by=self.user, device_id=device_id)
        return Response(status=204)


class PushSubscriptionsView(ApiView):
    @extend_schema(
        summary="Browsers of mine that are woken by Web Push",
        responses={200: Shape(PushSubscriptionsJSON), **problems()},
        tags=["devices"],
    )
    def get(self, request: Request) -> Response:
        current = session_key_of(request)
        found = PushSubscription.objects.filter(user=self.user).order_by("pk")
        mine = [push_subscription_json(one, current) for one in found]
        return Response({"public_key": public_key(), "results": mine})

    @extend_schema(
        summary="Wake this browser",
        description="`p256dh` and `auth` are the `keys` of `PushSubscription.toJSON()`.",
        request=SubscriptionInput,
        responses={200: Shape(PushSubscriptionJSON), **problems("bad_endpoint", "bad_push_keys")},
        tags=["devices"],
    )
    def put(self, request: Request) -> Response:
        limits.check("push_subscription", self.user.pk)
        data = self.data(SubscriptionInput)
        session_key = session_key_of(request)
        made = push.subscribe(by=self.user, session_key=session_key, **data)
        return Response(push_subscription_json(made, session_key))

    @extend_schema(
        operation_id="push_subscriptions_delete",
        summary="Leave this browser alone",
        request=EndpointInput,
        responses={204: None, **problems()},
        tags=["devices"],
    )
    def delete(self, request: Request) -> Response:
        push.unsubscribe(by=self.user, endpoint=self.data(EndpointInput)["endpoint"])
        return Response(status=204)
