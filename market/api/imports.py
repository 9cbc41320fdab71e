"""REST: listings from a spreadsheet, and as one."""

import tempfile
from typing import Any

from django.http import HttpResponseBase
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core import limits
from core.api import ApiView
from core.errors import Invalid
from core.paging import page
from core.schema import Shape, problems
from core.serving import send_once
from core.shapes import page_of
from market.access.listings import own_shop
from market.actions import importing
from market.exporting import write_listings
from market.models import ListingImport
from market.serializers.selling import import_json
from market.shapes.listings import ImportJSON
from messenger.fields import PAGING

_FORM = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
}
_MEMORY = 1024 * 1024  # bytes of an export before it goes to the disk


class ImportsView(ApiView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="imports_list",
        summary="My imports, newest first",
        parameters=PAGING,
        responses={
            200: Shape(page_of("ImportPageJSON", ImportJSON)),
            **problems("shop_not_found", "bad_cursor", "bad_limit"),
        },
    )
    def get(self, request: Request) -> Response:
        rows = ListingImport.objects.filter(shop=own_shop(self.user)).defer("text")
        return Response(page(rows, request, size=20, serialize=import_json))

    @extend_schema(
        operation_id="imports_create",
        summary="Look through a spreadsheet of listings",
        description=(
            "CSV of at most 5 MiB and 10,000 rows, in UTF-8, UTF-16 or Windows-1252, with commas, semicolons or tabs. "
            "Nothing changes until it is started; `errors` says what is wrong in which row and column. Rows are known "
            "by `external_id`: one that is there is changed. The columns: docs/market-import.md."
        ),
        request=_FORM,
        responses={
            201: Shape(ImportJSON),
            **problems(
                "file_missing", "file_too_large", "too_many_rows", "bad_encoding", "bad_csv", "empty_file",
                "column_missing", "duplicate_column", "shop_closed", "sanctioned",
            ),
        },
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        file: Any = next(iter(request.FILES.values()), None)
        if file is None:
            raise Invalid("file_missing", field="file")
        return Response(import_json(importing.check_import(by=self.user, file=file)), status=201)


class ImportView(ApiView):
    @extend_schema(
        operation_id="imports_retrieve",
        summary="How far an import is",
        responses={200: Shape(ImportJSON), **problems("shop_not_found", "import_not_found")},
    )
    def get(self, request: Request, listing_import: int) -> Response:
        return Response(import_json(importing.import_for(self.user, listing_import)))

    @extend_schema(
        operation_id="imports_cancel",
        summary="Stop an import",
        description="What is done stays done.",
        responses={200: Shape(ImportJSON), **problems("shop_not_found", "import_not_found")},
    )
    def delete(self, request: Request, listing_import: int) -> Response:
        return Response(import_json(importing.cancel_import(by=self.user, import_id=listing_import)))


class RunView(ApiView):
    @extend_schema(
        operation_id="imports_start",
        summary="Make it so",
        description="Rows that are wrong are left out. Starting it again starts nothing.",
        request=None,
        responses={
            202: Shape(ImportJSON),
            **problems("shop_not_found", "import_not_found", "import_running", "import_over", "sanctioned"),
        },
    )
    def post(self, request: Request, listing_import: int) -> Response:
        return Response(import_json(importing.start_import(by=self.user, import_id=listing_import)), status=202)


class ExportView(ApiView):
    @extend_schema(
        operation_id="exports_listings",
        summary="My listings as a spreadsheet",
        description="CSV in UTF-8, one row a variant, in the columns of an import.",
        responses={
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR),
            **problems("shop_not_found"),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        shop = own_shop(self.user)
        limits.check("import", self.user.pk)
        file = tempfile.SpooledTemporaryFile(max_size=_MEMORY)  # noqa: SIM115  (closed behind the answer)
        write_listings(shop, file)  # type: ignore[arg-type]
        return send_once(file, mime="text/csv; charset=utf-8", name="listings.csv")  # type: ignore[arg-type]


routes = [
    path("imports", ImportsView.as_view()),
    path("imports/<int:listing_import>", ImportView.as_view()),
    path("imports/<int:listing_import>/run", RunView.as_view()),
    path("exports/listings.csv", ExportView.as_view()),
]
