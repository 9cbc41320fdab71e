"""REST: listings, as everybody sees them and as their sellers make them."""

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.idempotency import idempotent
from core.paging import page
from core.schema import Shape, example, problems
from core.shapes import page_of
from market.access.listings import listing_for_viewing
from market.actions import digital, listings, publishing
from market.api.listing_bodies import CreateBody, FilesBody, RevisedBody
from market.models import Listing
from market.queries.listings import own_listings
from market.serializers.listings import listing_json
from market.serializers.selling import own_listings_json
from market.shapes.listings import ListingJSON, OwnListingJSON
from messenger.fields import PAGING

KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)
_STATES = [state for state in Listing.State.values if state != Listing.State.DELETED]
_INPUT = (
    "category_not_found", "unknown_attribute", "bad_attribute", "bad_amount", "price_needed", "bad_place",
    "delivery_option_not_found", "course_chat_unfit", "external_id_taken", "sanctioned",
)  # fmt: skip
_PUBLISHING = ("listing_incomplete", "prohibited", "listing_removed", "shop_closed", "sanctioned")


class OwnQuery(serializers.Serializer):
    state = serializers.ChoiceField(choices=_STATES, required=False, default="")


class ListingsView(ApiView):
    @extend_schema(
        operation_id="listings_list",
        summary="My listings, newest first",
        parameters=[OpenApiParameter("state", str, enum=_STATES), *PAGING],
        responses={200: Shape(page_of("OwnListingPageJSON", OwnListingJSON)), **problems("bad_cursor", "bad_limit")},
    )
    def get(self, request: Request) -> Response:
        rows = own_listings(self.user, self.query(OwnQuery)["state"])
        answer = page(rows, request, size=24, serialize=lambda listing: listing)
        return Response({**answer, "results": own_listings_json(answer["results"], self.user)})

    @extend_schema(
        operation_id="listings_create",
        summary="Begin a listing",
        description="A draft, which only its seller sees. Opens the seller's shop with the first one.",
        parameters=[KEY],
        request=CreateBody,
        responses={
            201: Shape(ListingJSON),
            **problems(*_INPUT, "too_many_listings", "shop_closed", "bad_quantity", "idempotency_key_needed"),
        },
        examples=[
            example(
                "A bicycle",
                {
                    "title": "Green city bicycle",
                    "description": "Rides well.",
                    "category": "leisure/bicycles/",
                    "condition": "good",
                    "attributes": {"bike_type": "city", "frame_size": 54},
                    "price_minor": 18_000,
                    "location": {"name": "Leipzig", "latitude": 51.34, "longitude": 12.37},
                },
            )
        ],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        listing = listings.create_listing(by=self.user, **self.data(CreateBody))
        return Response(listing_json(listing, self.user), status=201)


class ListingView(ApiView):
    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(
        operation_id="listings_retrieve",
        summary="A listing",
        description="Also for those who are not signed in. What is no longer sold is still there, with its state.",
        responses={200: Shape(ListingJSON), **problems("listing_not_found")},
    )
    def get(self, request: Request, listing: int) -> Response:
        return Response(listing_json(listing_for_viewing(self.user, listing), self.user))

    @extend_schema(
        operation_id="listings_edit",
        summary="Change my listing",
        description=(
            "What is published has to stay complete and allowed. Where a moderator has to look first, it is paused "
            "meanwhile, and `is_in_review`."
        ),
        request=RevisedBody,
        responses={
            200: Shape(ListingJSON),
            **problems("listing_not_found", *_INPUT, *_PUBLISHING, "listing_changed", "has_variants", "kind_fixed"),
        },
    )
    def patch(self, request: Request, listing: int) -> Response:
        edited = listings.edit_listing(by=self.user, listing_id=listing, **self.data(RevisedBody))
        return Response(listing_json(edited, self.user))

    @extend_schema(
        operation_id="listings_delete",
        summary="Delete my listing",
        description="For everybody. Orders keep what they say of it.",
        responses={204: None, **problems("listing_not_found")},
    )
    def delete(self, request: Request, listing: int) -> Response:
        listings.delete_listing(by=self.user, listing_id=listing)
        return Response(status=204)


class PublicationView(ApiView):
    @extend_schema(
        operation_id="listings_publish",
        summary="Publish my listing",
        description=(
            "For 60 days. Also what was paused, sold or has run out. 202 when a moderator looks first: it is "
            "`is_in_review`, and published once they let it pass. `listing_incomplete` names what is `missing`."
        ),
        request=None,
        responses={
            200: Shape(ListingJSON),
            202: Shape(ListingJSON),
            **problems("listing_not_found", *_PUBLISHING, "sold_out"),
        },
    )
    def post(self, request: Request, listing: int) -> Response:
        published = publishing.publish_listing(by=self.user, listing_id=listing)
        return Response(listing_json(published, self.user), status=202 if published.is_in_review else 200)

    @extend_schema(
        operation_id="listings_pause",
        summary="Pause my listing",
        responses={
            200: Shape(ListingJSON),
            **problems("listing_not_found", "not_published", "listing_removed", "sanctioned"),
        },
    )
    def delete(self, request: Request, listing: int) -> Response:
        return Response(listing_json(publishing.pause_listing(by=self.user, listing_id=listing), self.user))


class SaleView(ApiView):
    @extend_schema(
        operation_id="listings_mark_sold",
        summary="Say that it is sold",
        request=None,
        responses={
            200: Shape(ListingJSON),
            **problems("listing_not_found", "not_published", "listing_removed", "sanctioned"),
        },
    )
    def post(self, request: Request, listing: int) -> Response:
        return Response(listing_json(publishing.mark_sold(by=self.user, listing_id=listing), self.user))


class RenewalView(ApiView):
    @extend_schema(
        operation_id="listings_renew",
        summary="Let it run for 60 days from now",
        request=None,
        responses={200: Shape(ListingJSON), **problems("listing_not_found", "not_published", *_PUBLISHING)},
    )
    def post(self, request: Request, listing: int) -> Response:
        return Response(listing_json(publishing.renew_listing(by=self.user, listing_id=listing), self.user))


class CopiesView(ApiView):
    @extend_schema(
        operation_id="listings_copy",
        summary="Begin another one like it",
        description="A draft with the same words, prices and pieces, without the photos.",
        parameters=[KEY],
        request=None,
        responses={
            201: Shape(ListingJSON),
            **problems("listing_not_found", "too_many_listings", "sanctioned", "idempotency_key_needed"),
        },
    )
    @idempotent
    def post(self, request: Request, listing: int) -> Response:
        copy = listings.duplicate_listing(by=self.user, listing_id=listing)
        return Response(listing_json(copy, self.user), status=201)


class FilesView(ApiView):
    @extend_schema(
        operation_id="listings_set_files",
        summary="What buyers of digital goods are given",
        description="Attachments that the seller has uploaded, up to ten, all of them in this order.",
        request=FilesBody,
        responses={
            200: Shape(ListingJSON),
            **problems("listing_not_found", "not_digital", "attachment_not_found", "too_many_files", *_PUBLISHING),
        },
    )
    def put(self, request: Request, listing: int) -> Response:
        changed = digital.set_files(by=self.user, listing_id=listing, **self.data(FilesBody))
        return Response(listing_json(changed, self.user))


routes = [
    path("listings", ListingsView.as_view()),
    path("listings/<int:listing>", ListingView.as_view()),
    path("listings/<int:listing>/publication", PublicationView.as_view()),
    path("listings/<int:listing>/sale", SaleView.as_view()),
    path("listings/<int:listing>/renewal", RenewalView.as_view()),
    path("listings/<int:listing>/copies", CopiesView.as_view()),
    path("listings/<int:listing>/files", FilesView.as_view()),
]
