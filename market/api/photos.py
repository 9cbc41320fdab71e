"""REST: the photos of a listing."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.errors import Invalid
from core.schema import Shape, problems
from market.access.listings import listing_for_selling
from market.actions import photos
from market.serializers.listings import listing_json, photo_json
from market.shapes.listings import ListingJSON, PhotoJSON
from messenger.fields import ids_field

PHOTO_FORM = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"photo": {"type": "string", "format": "binary"}, "alt": {"type": "string"}},
        "required": ["photo"],
    }
}


class AltBody(serializers.Serializer):
    alt = serializers.CharField(max_length=200, allow_blank=True)


class OrderBody(serializers.Serializer):
    photos = ids_field(limits.PHOTOS_PER_LISTING)


def file_of(request: Request) -> Any:
    """The only file of a form. Raises Invalid("photo_missing")."""
    file = next(iter(request.FILES.values()), None)
    if file is None:
        raise Invalid("photo_missing", field="photo")
    return file


class PhotosView(ApiView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="photos_create",
        summary="Add a photo to my listing",
        description=(
            "One picture of at most 20 MiB as multipart/form-data, with `alt` beside it. Up to twelve. What the camera "
            "noted is removed. `processing` until its sizes are made."
        ),
        request=PHOTO_FORM,
        responses={
            201: Shape(PhotoJSON),
            **problems(
                "listing_not_found", "photo_missing", "photo_unreadable", "photo_too_large", "too_many_photos",
                "listing_removed", "sanctioned",
            ),
        },
    )  # fmt: skip
    def post(self, request: Request, listing: int) -> Response:
        listing_for_selling(self.user, listing)
        alt = request.POST.get("alt", "")
        photo = photos.add_photo(by=self.user, listing_id=listing, file=file_of(request), alt=alt)
        return Response(photo_json(photo), status=201)


class PhotoOrderView(ApiView):
    @extend_schema(
        operation_id="photos_order",
        summary="Put the photos in order",
        description="All of them; the first is the one in lists.",
        request=OrderBody,
        responses={
            200: Shape(ListingJSON),
            **problems("listing_not_found", "not_the_photos", "listing_removed", "sanctioned"),
        },
    )
    def put(self, request: Request, listing: int) -> Response:
        changed = photos.order_photos(by=self.user, listing_id=listing, ids=self.data(OrderBody)["photos"])
        return Response(listing_json(changed, self.user))


class PhotoView(ApiView):
    @extend_schema(
        operation_id="photos_describe",
        summary="Say what a photo shows",
        request=AltBody,
        responses={
            200: Shape(PhotoJSON),
            **problems("listing_not_found", "photo_not_found", "listing_removed", "sanctioned"),
        },
    )
    def patch(self, request: Request, listing: int, photo: int) -> Response:
        alt = self.data(AltBody)["alt"]
        return Response(photo_json(photos.describe_photo(by=self.user, listing_id=listing, photo_id=photo, alt=alt)))

    @extend_schema(
        operation_id="photos_delete",
        summary="Take a photo away",
        responses={204: None, **problems("listing_not_found", "photo_not_found", "listing_removed", "sanctioned")},
    )
    def delete(self, request: Request, listing: int, photo: int) -> Response:
        photos.remove_photo(by=self.user, listing_id=listing, photo_id=photo)
        return Response(status=204)


routes = [
    path("listings/<int:listing>/photos", PhotosView.as_view()),
    path("listings/<int:listing>/photos/order", PhotoOrderView.as_view()),
    path("listings/<int:listing>/photos/<int:photo>", PhotoView.as_view()),
]
