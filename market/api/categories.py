"""REST: the tree of categories, and the towns that people type."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.addresses import address_block, client_address
from core.api import ApiView
from core.errors import NotFound
from core.schema import Shape, problems
from core.shapes import page_of
from market.models import Category
from market.places import find_places
from market.queries.categories import active_categories, attributes_of, category_counts
from market.serializers.listings import category_json
from market.serializers.selling import town_json
from market.shapes.listings import CategoryJSON, TownJSON


class CategoriesView(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="categories_list",
        summary="The tree of categories",
        description="All of it, parents before what is below them, with the number of listings (a minute old).",
        responses={200: Shape(page_of("CategoryListJSON", CategoryJSON)), **problems()},
    )
    def get(self, request: Request) -> Response:
        counts = category_counts()
        results = [category_json(one, count=counts.get(one.path, 0)) for one in active_categories()]
        return Response({"results": results, "next": None})


class CategoryView(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="categories_retrieve",
        summary="A category with the facts of its goods",
        responses={200: Shape(CategoryJSON), **problems("category_not_found")},
    )
    def get(self, request: Request, category: str) -> Response:
        found = Category.objects.filter(path=category.strip("/") + "/", is_active=True).select_related("parent").first()
        if found is None:
            raise NotFound("category_not_found")
        count = category_counts().get(found.path, 0)
        return Response(category_json(found, count=count, attributes=attributes_of(found)))


class PlaceQuery(serializers.Serializer):
    q = serializers.CharField(max_length=60)
    country = serializers.RegexField(r"^[A-Za-z]{2}$", required=False, default="")


class PlacesView(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="places_list",
        summary="Towns that begin like this",
        description="Up to eight, those of `country` first, then the largest. Case and accents do not matter.",
        parameters=[
            OpenApiParameter("q", str, required=True),
            OpenApiParameter("country", str, description="ISO 3166-1"),
        ],
        responses={200: Shape(page_of("TownListJSON", TownJSON)), **problems()},
    )
    def get(self, request: Request) -> Response:
        query: dict[str, Any] = self.query(PlaceQuery)
        limits.check("places", self.user.pk or address_block(client_address(request)))
        towns = find_places(query["q"], country=query["country"])
        return Response({"results": [town_json(town) for town in towns], "next": None})


routes = [
    path("categories", CategoriesView.as_view()),
    path("categories/<path:category>", CategoryView.as_view()),
    path("places", PlacesView.as_view()),
]
