"""/media/…: files to those who may see them. Outside /api/, since browsers fetch them by themselves."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request

from accounts.access import avatar_owner_for_viewing
from core.api import ApiView
from core.errors import NotFound
from core.images import EDGES
from core.serving import Stored, serve
from messenger.files.access import attachment_for_reading, chat_with_photo_for_viewing, preview_for_reading
from messenger.models import Attachment

_WEBP = "image/webp"


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


@extend_schema(exclude=True)
class AttachmentFile(MediaView):
    def get(self, request: Request, attachment: UUID, size: str, name: str) -> HttpResponseBase:
        found = attachment_for_reading(self.user, attachment)
        if size == "original":
            return self.send(_original(found))
        if size not in EDGES or not found.sizes:
            raise NotFound()
        # A small photo has no "large": the largest there is holds it whole.
        made = found.sizes.get(size) or max(found.sizes.values(), key=lambda one: one["width"])
        return self.send(Stored(key=made["key"], mime=_WEBP, name=f"{found.name}.webp", size=made["size"]))


def _original(attachment: Attachment) -> Stored:
    return Stored(
        key=attachment.file.name or "",
        mime=attachment.mime,
        name=attachment.name,
        size=attachment.size,
        is_inline=attachment.kind != Attachment.Kind.FILE,
    )


class PictureView(MediaView):
    """Pictures under a random name that is new with each picture."""

    permission_classes = [AllowAny]
    folder = ""

    def get(self, request: Request, name: str) -> HttpResponseBase:
        key = f"{self.folder}/{name}"
        self.check_may_see(key)
        return self.send(Stored(key=key, mime=_WEBP, name=name))

    def check_may_see(self, key: str) -> None:
        raise NotImplementedError


@extend_schema(exclude=True)
class AvatarFile(PictureView):
    folder = "avatars"

    def check_may_see(self, key: str) -> None:
        avatar_owner_for_viewing(self.user, key)


@extend_schema(exclude=True)
class ChatPhotoFile(PictureView):
    """Also with ?invite=<token>, for the preview that an invite link shows."""

    folder = "chat-photos"

    def check_may_see(self, key: str) -> None:
        chat_with_photo_for_viewing(self.user, key, self.request.query_params.get("invite", ""))


@extend_schema(exclude=True)
class PreviewFile(PictureView):
    permission_classes = [IsAuthenticated]
    folder = "previews"

    def check_may_see(self, key: str) -> None:
        preview_for_reading(self.user, key)
