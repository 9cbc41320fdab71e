"""The base of the views that hand out files. Outside /api/, since browsers fetch them by themselves."""

from typing import Any

from django.http import HttpResponseBase
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from core.api import ApiView
from core.serving import Stored, serve

WEBP = "image/webp"


class MediaView(ApiView):
    """Signs in like the API, by cookie or token; sends what there is, whatever the client says it accepts."""

    throttle_classes: list[Any] = []  # a screen full of pictures is no abuse, and each is cached for ever
    http_method_names = ["get", "head", "options"]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type

    def head(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return self.get(request, *args, **kwargs)  # type: ignore[attr-defined]

    def send(self, stored: Stored) -> HttpResponseBase:
        return serve(self.request._request, stored)


class PictureView(MediaView):
    """Pictures under a random name that is new with each picture."""

    permission_classes = [AllowAny]
    folder = ""

    def get(self, request: Request, name: str) -> HttpResponseBase:
        key = f"{self.folder}/{name}"
        is_public = self.check_may_see(key) is True
        return self.send(Stored(key=key, mime=WEBP, name=name, is_public=is_public))

    def check_may_see(self, key: str) -> bool | None:
        """Raises NotFound; True when everybody may."""
        raise NotImplementedError
