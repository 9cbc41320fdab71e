"""REST: the room of a call on the media server."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from calls import access, backends
from calls.shapes import MediaServerJSON
from core import limits
from core.api import ApiView
from core.schema import Shape, problems


class MediaView(ApiView):
    @extend_schema(
        operation_id="calls_media",
        summary="The way to the call's room on the media server",
        description="For those in the call. Ask when the call moves there (`backend` is `janus`), when the media "
        "server does not let this device in, and before the token expires. A room that was lost is made again.",
        request=None,
        responses={
            200: Shape(MediaServerJSON),
            **problems("call_not_found", "call_ended", "not_in_call", "no_media_server", "media_server_away"),
        },
    )
    def post(self, request: Request, call: int) -> Response:
        found = access.running_call_for(self.user, call)
        limits.check("call_join", self.user.pk)
        return Response(backends.open_again(found, self.user))
