"""REST: the emoji of the picker. Fetched once per device and version: the address names what it answers."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from core import emoji_data
from core.api import ApiView
from core.errors import NotFound
from core.schema import Shape, problems


class NewestEmojiView(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="emoji_newest",
        summary="Where the emoji for the picker are",
        description="Redirects to the address of the present version, which may be cached for ever.",
        parameters=[OpenApiParameter("language", str, enum=emoji_data.LANGUAGES)],
        responses={302: None, **problems()},
    )
    def get(self, request: Request) -> HttpResponseRedirect:
        language = request.query_params.get("language", "") or (get_language() or "en")[:2]
        language = language if language in emoji_data.LANGUAGES else "en"
        response = HttpResponseRedirect(reverse("emoji", args=[emoji_data.version(), language]))
        response["Cache-Control"] = "private, max-age=300"
        return response


class EmojiView(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="emoji_list",
        summary="The emoji for the picker, in groups, with words to find them by",
        responses={200: Shape(emoji_data.EmojiJSON), **problems("not_found")},
    )
    def get(self, request: Request, version: str, language: str) -> HttpResponse:
        if language not in emoji_data.LANGUAGES or version != emoji_data.version():
            raise NotFound()
        plain, zipped = emoji_data.emoji_bytes(language)
        takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(zipped if takes_gzip else plain, content_type="application/json")
        if takes_gzip:
            response["Content-Encoding"] = "gzip"
        response["Cache-Control"] = "public, max-age=31536000, immutable"
        response["Vary"] = "Accept-Encoding"
        return response
