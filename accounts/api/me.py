"""The person who asks: profile, photo, privacy, link, export, deletion."""

from allauth.account.adapter import get_adapter
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import deletion, exports, profile
from accounts.api.inputs import DeletionInput, PhotoInput, PrivacyInput, ProfileInput
from accounts.links import link_json
from accounts.serializers import ExportJSON, LinkJSON, MeJSON, PrivacyJSON, export_json, me_json, privacy_json
from core import limits
from core.api import ApiView
from core.errors import Forbidden
from core.schema import Shape, problems


class MeView(ApiView):
    @extend_schema(summary="Me", responses={200: Shape(MeJSON), **problems()}, tags=["me"])
    def get(self, request: Request) -> Response:
        return Response(me_json(self.user))

    @extend_schema(
        summary="Change my profile",
        request=ProfileInput,
        responses={
            200: Shape(MeJSON),
            **problems(
                "handle_invalid", "handle_reserved", "handle_taken", "unknown_time_zone", "unknown_language", "too_long"
            ),
        },
        tags=["me"],
    )
    def patch(self, request: Request) -> Response:
        return Response(me_json(profile.change_profile(by=self.user, **self.data(ProfileInput))))

    @extend_schema(
        operation_id="me_delete",
        summary="Delete my account",
        description="For good. Sessions end at once; chats are left, and messages deleted if wanted, soon after.",
        request=DeletionInput,
        responses={204: None, **problems("wrong_password")},
        tags=["me"],
    )
    def delete(self, request: Request) -> Response:
        data = self.data(DeletionInput)
        if not get_adapter().reauthenticate(self.user, data["password"]):
            raise Forbidden("wrong_password", field="password")
        deletion.delete_account(by=self.user, delete_messages=data["delete_messages"])
        return Response(status=204)


class PhotoView(ApiView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        summary="Set my photo",
        description="multipart/form-data. Any usual picture up to 8 MiB; cut to a square.",
        request=PhotoInput,
        responses={200: Shape(MeJSON), **problems("photo_unreadable", "photo_too_large")},
        tags=["me"],
    )
    def put(self, request: Request) -> Response:
        return Response(me_json(profile.set_photo(by=self.user, file=self.data(PhotoInput)["photo"])))

    @extend_schema(summary="Remove my photo", responses={200: Shape(MeJSON), **problems()}, tags=["me"])
    def delete(self, request: Request) -> Response:
        return Response(me_json(profile.delete_photo(by=self.user)))


class PrivacyView(ApiView):
    @extend_schema(summary="Who may see and reach me", responses={200: Shape(PrivacyJSON), **problems()}, tags=["me"])
    def get(self, request: Request) -> Response:
        return Response(privacy_json(self.user))

    @extend_schema(
        summary="Change who may see and reach me",
        request=PrivacyInput,
        responses={200: Shape(PrivacyJSON), **problems()},
        tags=["me"],
    )
    def patch(self, request: Request) -> Response:
        return Response(privacy_json(profile.change_privacy(by=self.user, **self.data(PrivacyInput))))


class LinkView(ApiView):
    @extend_schema(
        summary="My link and its QR code",
        description="`qr_svg` is an SVG image.",
        responses={200: Shape(LinkJSON), **problems()},
        tags=["me"],
    )
    def get(self, request: Request) -> Response:
        return Response(link_json(request, self.user))


class ExportsView(ApiView):
    @extend_schema(
        summary="Ask for a copy of my data",
        description="One at a time; the same one is answered while it is being made. Poll it by id.",
        request=None,
        responses={202: Shape(ExportJSON), **problems()},
        tags=["me"],
    )
    def post(self, request: Request) -> Response:
        limits.check("export", self.user.pk)
        return Response(export_json(exports.start_export(by=self.user)), status=202)


class ExportView(ApiView):
    @extend_schema(summary="How far my export is", responses={200: Shape(ExportJSON), **problems()}, tags=["me"])
    def get(self, request: Request, export_id: str) -> Response:
        return Response(export_json(exports.export_for_reading(self.user, export_id)))
