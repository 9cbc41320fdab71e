"""REST: favourites, what one looked at lately, and what is like a listing."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.paging import page
from core.schema import Shape, example, problems
from core.shapes import page_of
from market.access.listings import listing_for_viewing
from market.actions.favourites import mark_favourite, unmark_favourite
from market.finding.similar import similar_listings
from market.finding.views import recent_listings
from market.queries.favourites import favourites_of
from market.serializers.finding import favourites_json
from market.serializers.listings import listing_cards_json
from market.shapes.finding import FavouriteJSON
from market.shapes.listings import ListingCardJSON
from messenger.fields import PAGING

FavouritePageJSON = page_of("FavouritePageJSON", FavouriteJSON)


class FavouriteBody(serializers.Serializer):
    wants_alert = serializers.BooleanField(
        required=False, default=None, allow_null=True, help_text="Tell me when it becomes cheaper; true for new ones."
    )


class FavouritesView(ApiView):
    @extend_schema(
        operation_id="favourites_list",
        summary="My favourites, the last marked first",
        parameters=PAGING,
        responses={200: Shape(FavouritePageJSON), **problems("bad_cursor", "bad_limit")},
    )
    def get(self, request: Request) -> Response:
        answer = page(favourites_of(self.user), request, size=24, serialize=lambda favourite: favourite)
        return Response({**answer, "results": favourites_json(answer["results"], self.user)})


class FavouriteView(ApiView):
    @extend_schema(
        operation_id="favourites_mark",
        summary="Mark a listing as a favourite",
        description="Twice is once; the price it was first marked at stays. Each lower price is told once, in the "
        "Saved messages, unless `wants_alert` is false.",
        request=FavouriteBody,
        responses={200: Shape(FavouriteJSON), **problems("listing_not_found", "too_many_favourites")},
        examples=[example("Without alerts", {"wants_alert": False})],
    )
    def put(self, request: Request, listing: int) -> Response:
        favourite = mark_favourite(by=self.user, listing_id=listing, **self.data(FavouriteBody))
        return Response(favourites_json([favourite], self.user)[0])

    @extend_schema(
        operation_id="favourites_unmark",
        summary="It is no favourite of mine",
        responses={204: None, **problems("listing_not_found")},
    )
    def delete(self, request: Request, listing: int) -> Response:
        unmark_favourite(by=self.user, listing_id=listing)
        return Response(status=204)


class RecentView(ApiView):
    @extend_schema(
        operation_id="listings_recent",
        summary="What I looked at, the last first",
        description="At most 50, of what can still be seen.",
        responses={200: Shape(ListingCardJSON, many=True), **problems()},
    )
    def get(self, request: Request) -> Response:
        return Response(listing_cards_json(recent_listings(self.user), self.user))


class SimilarView(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="listings_similar",
        summary="What is like a listing",
        responses={200: Shape(ListingCardJSON, many=True), **problems("listing_not_found")},
    )
    def get(self, request: Request, listing: int) -> Response:
        by = self.user if self.user.is_authenticated else None
        found = listing_for_viewing(by, listing)
        return Response(listing_cards_json(similar_listings(found, by=by), by))


routes = [
    path("favourites", FavouritesView.as_view()),
    path("favourites/<int:listing>", FavouriteView.as_view()),
    path("recent", RecentView.as_view()),
    path("listings/<int:listing>/similar", SimilarView.as_view()),
]
