"""REST: somebody's call log; it is read at GET calls."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from calls.actions.log import clear_log, forget_call, see_log
from core.api import ApiView
from core.schema import problems


class SeenView(ApiView):
    @extend_schema(
        operation_id="calls_log_seen",
        summary="I have looked at my log",
        description="No missed call is news any longer, on any device of mine.",
        request=None,
        responses={204: None, **problems()},
    )
    def post(self, request: Request) -> Response:
        see_log(by=self.user)
        return Response(status=204)


class LogView(ApiView):
    @extend_schema(
        operation_id="calls_log_clear",
        summary="Empty my log",
        description="Of the calls that are over; the others keep theirs, and the chats their lines.",
        responses={204: None, **problems()},
    )
    def delete(self, request: Request) -> Response:
        clear_log(by=self.user)
        return Response(status=204)


class LogLineView(ApiView):
    @extend_schema(
        operation_id="calls_log_delete",
        summary="Take a call out of my log",
        description="Twice is once.",
        responses={204: None, **problems("call_not_found")},
    )
    def delete(self, request: Request, call: int) -> Response:
        forget_call(by=self.user, call_id=call)
        return Response(status=204)
