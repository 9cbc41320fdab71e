"""REST of the kernel: how to open a socket, and the description of the whole interface."""

from typing import Any, TypedDict

from django.urls import path
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits, tickets
from core.api import ApiView
from core.emoji_api import EmojiView, NewestEmojiView
from core.schema import Shape, problems


class TicketJSON(TypedDict):
    ticket: str
    connect_after_ms: int


class SocketTicketView(ApiView):
    @extend_schema(
        operation_id="socket_ticket",
        summary="A ticket to open /ws/v1 with (?ticket=…)",
        description="Bound to the session, valid for a day. Each `hello` on the socket brings a fresh one.",
        request=None,
        responses={200: Shape(TicketJSON), **problems()},
    )
    def post(self, request: Request) -> Response:
        limits.check("socket_ticket", self.user.pk)
        session: Any = request.auth or request.session  # of a session token, or of the cookie
        return Response({"ticket": tickets.issue(self.user.pk, session.session_key), "connect_after_ms": 0})


class SchemaView(SpectacularAPIView):
    """JSON or YAML by Accept."""

    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiYamlRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer]


class DocsView(SpectacularSwaggerView):
    permission_classes = [AllowAny]


urlpatterns = [
    path("socket-ticket", SocketTicketView.as_view()),
    path("emoji", NewestEmojiView.as_view()),
    path("emoji/<slug:version>/<slug:language>", EmojiView.as_view(), name="emoji"),
    path("schema", SchemaView.as_view(), name="schema"),
    path("docs", DocsView.as_view(url_name="schema"), name="docs"),
]
