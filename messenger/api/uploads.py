"""Resumable uploads: announce, send the bytes in order, finish. After a break, ask how far it got and go on there."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.errors import Invalid, TooLarge
from core.schema import Shape, example, problems
from messenger.files import uploads
from messenger.models import Attachment
from messenger.serializers import attachment_json
from messenger.shapes import AttachmentJSON

_MAX_PEAKS = 10_000


class NewUpload(serializers.Serializer):
    name = serializers.CharField(max_length=1000, trim_whitespace=False)
    size = serializers.IntegerField(min_value=0, max_value=2**53)
    kind = serializers.ChoiceField(choices=Attachment.Kind.choices, default=Attachment.Kind.FILE)
    duration_ms = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=0)
    waveform = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=1000), max_length=_MAX_PEAKS, required=False
    )


class UploadState(serializers.Serializer):
    id = serializers.UUIDField()
    received = serializers.IntegerField(help_text="Bytes that are safe: go on from here.")
    size = serializers.IntegerField()
    chunk_size = serializers.IntegerField(help_text="The largest piece one PATCH may bring.")


class Received(serializers.Serializer):
    received = serializers.IntegerField()


class RawBytes(BaseParser):
    """The body as bytes, whatever type it claims; never more than one chunk is read."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        chunk = stream.read(limits.UPLOAD_CHUNK_BYTES + 1)
        if len(chunk) > limits.UPLOAD_CHUNK_BYTES:
            raise TooLarge("chunk_too_large", _("This piece is too large."), limit=limits.UPLOAD_CHUNK_BYTES)
        return chunk


class Uploads(ApiView):
    limit = "upload"

    @extend_schema(
        operation_id="uploads_create",
        summary="Announce a file",
        description="Then send its bytes in order with PATCH, and finish it: that makes the attachment.",
        request=NewUpload,
        responses={
            201: UploadState,
            **problems("empty_file", "file_too_large", "too_many_uploads", "storage_full"),
        },
        examples=[
            example("A photo", {"name": "beach.jpg", "size": 2_481_152, "kind": "photo"}),
            example(
                "A voice note",
                {"name": "voice.webm", "size": 48_211, "kind": "voice", "duration_ms": 6200, "waveform": [0, 9, 31, 4]},
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        upload = uploads.create_upload(by=self.user, **self.data(NewUpload))
        return Response(uploads.upload_json(upload), status=201)


class UploadView(ApiView):
    parser_classes = [RawBytes]
    throttle_classes: list[Any] = []  # pieces have a limit of their own, announcing an upload another

    @extend_schema(
        operation_id="uploads_retrieve",
        summary="How far an upload got",
        responses={200: UploadState, **problems("not_found")},
    )
    def get(self, request: Request, upload: UUID) -> Response:
        limits.check("upload_chunk", request.user.pk)
        return Response(uploads.upload_json(uploads.upload_for(self.user, upload)))

    @extend_schema(
        operation_id="uploads_append",
        summary="Send the next piece",
        description=(
            "The body is the bytes themselves, at most chunk_size. After `wrong_offset` (409) go on from the "
            "`received` that it carries; `storage_full` is 507."
        ),
        parameters=[OpenApiParameter("Upload-Offset", int, OpenApiParameter.HEADER, required=True)],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={
            200: Received,
            **problems(
                "not_found",
                "wrong_offset",
                "bad_offset",
                "empty_chunk",
                "chunk_too_large",
                "beyond_the_end",
                "storage_full",
            ),
        },
    )
    def patch(self, request: Request, upload: UUID) -> Response:
        limits.check("upload_chunk", request.user.pk)
        offset = request.headers.get("Upload-Offset", "")
        if not (offset.isascii() and offset.isdigit()) or len(offset) > 15:
            raise Invalid("bad_offset", _("Upload-Offset must be a number."))
        chunk = request.data if isinstance(request.data, bytes) else b""  # an empty body is not parsed at all
        received = uploads.append_chunk(by=self.user, upload_id=upload, offset=int(offset), chunk=chunk)
        return Response({"received": received})

    @extend_schema(
        operation_id="uploads_cancel",
        summary="Cancel an upload",
        request=None,
        responses={204: None, **problems("not_found")},
    )
    def delete(self, request: Request, upload: UUID) -> Response:
        uploads.cancel_upload(by=self.user, upload_id=upload)
        return Response(status=204)


class FinishUpload(ApiView):
    @extend_schema(
        operation_id="uploads_finish",
        summary="Make the attachment",
        description=(
            "The kind is judged by the content. 200 when it was finished before. `upload_incomplete` (409) carries "
            "`received`. A photo that is unreadable or too large can still be sent as a file, in a new upload."
        ),
        request=None,
        responses={
            201: Shape(AttachmentJSON),
            200: Shape(AttachmentJSON),
            **problems("not_found", "upload_incomplete", "photo_unreadable", "photo_too_large", "storage_full"),
        },
    )
    def post(self, request: Request, upload: UUID) -> Response:
        attachment, is_new = uploads.finish_upload(by=self.user, upload_id=upload)
        return Response(attachment_json(attachment), status=201 if is_new else 200)
