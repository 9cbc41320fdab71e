"""REST: finding listings. Open to everybody, as the pages are."""

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.limits import PAGE_MAX
from core.schema import Shape, problems
from market.finding.cellmap import cells_near
from market.finding.parameters import SearchParameters, parse_parameters
from market.finding.query import PAGE
from market.finding.search import search_listings
from market.serializers.finding import map_json, search_json
from market.shapes.finding import ListingMapJSON, ListingSearchJSON

_CODES = ("unknown_category", "unknown_attribute", "category_needed", "unknown_place", "place_needed")
_CODES_OF_VALUES = ("bad_range", "bad_attribute", "bad_cursor")
_ATTRIBUTES = [
    OpenApiParameter(
        "attr.<key>", OpenApiTypes.STR, many=True,
        description="A detail of the category's goods: `attr.color=red&attr.color=blue`, `attr.electric=true`.",
    ),
    OpenApiParameter("attr.<key>.min", OpenApiTypes.NUMBER, description="Of a number: `attr.frame_size.min=54`."),
    OpenApiParameter("attr.<key>.max", OpenApiTypes.NUMBER),
]  # fmt: skip


class PageParameters(serializers.Serializer):
    cursor = serializers.CharField(required=False, default="", max_length=200, help_text="`next` of the page before.")
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=PAGE_MAX)
    facets = serializers.BooleanField(
        required=False, default=True, help_text="Count what further choices would leave? On the first page only."
    )


class ListingSearchView(ApiView):
    permission_classes = [AllowAny]
    limit = "search"

    @extend_schema(
        operation_id="listings_search",
        summary="Search listings",
        description="Words, filters, place, order. Several values of one filter are or, different filters are and. "
        "The first page comes with the number of hits and with facets: how many each further choice would leave; a "
        "facet's own filter does not shrink its own counts. Among very many hits all counts mean at least "
        "(`is_capped`). For example `?q=bike&category=leisure/bicycles/&condition=good&attr.color=red"
        "&price_max=20000&near=52.52,13.405&radius_km=25`.",
        parameters=[SearchParameters, *_ATTRIBUTES, PageParameters],
        responses={200: Shape(ListingSearchJSON), **problems(*_CODES, *_CODES_OF_VALUES)},
    )
    def get(self, request: Request) -> Response:
        page = self.query(PageParameters)
        query = parse_parameters(request.query_params)
        by = self.user if self.user.is_authenticated else None
        found = search_listings(
            query, by=by, limit=page["limit"], cursor=page["cursor"], with_counts=page["facets"]
        )  # fmt: skip
        return Response(search_json(found, query, by))


class ListingMapView(ApiView):
    permission_classes = [AllowAny]
    limit = "search"

    @extend_schema(
        operation_id="listings_map",
        summary="Where the hits of a search are",
        description="The same parameters as the search; `near` is needed. Hexagons whose size suits the radius, the "
        "fullest first.",
        parameters=[SearchParameters, *_ATTRIBUTES],
        responses={200: Shape(ListingMapJSON), **problems(*_CODES, *_CODES_OF_VALUES)},
    )
    def get(self, request: Request) -> Response:
        query = parse_parameters(request.query_params)
        by = self.user if self.user.is_authenticated else None
        return Response(map_json(cells_near(query, by=by), query))


routes = [
    path("listings/search", ListingSearchView.as_view()),
    path("listings/map", ListingMapView.as_view()),
]
