"""/media/…: files to those who may see them. Outside /api/, since browsers fetch them by themselves."""

from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from accounts.access import avatar_owner_for_viewing
from core.errors import NotFound
from core.images import EDGES
from core.media import WEBP, MediaView, PictureView
from core.serving import Stored
from messenger.files.access import attachment_for_reading, chat_with_photo_for_viewing, preview_for_reading
from messenger.models import Attachment


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
        return self.send(Stored(key=made["key"], mime=WEBP, name=f"{found.name}.webp", size=made["size"]))


def _original(attachment: Attachment) -> Stored:
    return Stored(
        key=attachment.file.name or "",
        mime=attachment.mime,
        name=attachment.name,
        size=attachment.size,
        is_inline=attachment.kind != Attachment.Kind.FILE,
    )


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
