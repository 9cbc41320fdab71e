"""REST: searches that go on."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.schema import Shape, example, problems
from market.actions import saved_searches
from market.models import SavedSearch
from market.serializers.finding import saved_search_json
from market.shapes.finding import SavedSearchJSON

_INPUT = (
    "empty_search", "unknown_category", "unknown_attribute", "category_needed", "unknown_place", "bad_range",
    "bad_attribute",
)  # fmt: skip


class SaveBody(serializers.Serializer):
    query = serializers.DictField(
        help_text="Parameters as the search takes them: each a text, or a list of texts where several may stand."
    )
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)


class SavedSearchBody(serializers.Serializer):
    name = serializers.CharField(required=False, default=None, allow_null=True, max_length=80)
    is_active = serializers.BooleanField(required=False, default=None, allow_null=True)


class SavedSearchesView(ApiView):
    @extend_schema(
        operation_id="saved_searches_list",
        summary="My saved searches, the last first",
        responses={200: Shape(SavedSearchJSON, many=True), **problems()},
    )
    def get(self, request: Request) -> Response:
        rows = SavedSearch.objects.filter(user=self.user).order_by("-pk")
        return Response([saved_search_json(search) for search in rows])

    @extend_schema(
        operation_id="saved_searches_create",
        summary="Go on searching",
        description="A message in the Saved messages tells of new listings that fit; each once. The same search again "
        "is the one there is (200).",
        request=SaveBody,
        responses={
            200: Shape(SavedSearchJSON),
            201: Shape(SavedSearchJSON),
            **problems(*_INPUT, "too_many_saved_searches"),
        },
        examples=[
            example(
                "A bicycle near Leipzig",
                {
                    "query": {"q": "bicycle", "category": "leisure/bicycles/", "condition": ["good", "new"],
                              "price_max": "20000", "near": "51.34,12.37,Leipzig", "radius_km": "25"},
                    "name": "Bicycle",
                },
            )
        ],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        search, is_new = saved_searches.save_search(by=self.user, **self.data(SaveBody))
        return Response(saved_search_json(search), status=201 if is_new else 200)


class SavedSearchView(ApiView):
    @extend_schema(
        operation_id="saved_searches_edit",
        summary="Name, stop or continue a saved search",
        request=SavedSearchBody,
        responses={200: Shape(SavedSearchJSON), **problems("saved_search_not_found")},
        examples=[example("Stop", {"is_active": False})],
    )
    def patch(self, request: Request, search: int) -> Response:
        edited = saved_searches.edit_saved_search(by=self.user, search_id=search, **self.data(SavedSearchBody))
        return Response(saved_search_json(edited))

    @extend_schema(
        operation_id="saved_searches_delete", summary="Forget a saved search", responses={204: None, **problems()}
    )
    def delete(self, request: Request, search: int) -> Response:
        saved_searches.delete_saved_search(by=self.user, search_id=search)
        return Response(status=204)


routes = [
    path("saved-searches", SavedSearchesView.as_view()),
    path("saved-searches/<int:search>", SavedSearchView.as_view()),
]
