"""OpenAPI: what drf-spectacular cannot see by itself."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from core import shapes
from core.shapes import ProblemJSON

_COMMON = ("not_authenticated", "invalid", "rate_limited", "unavailable")


class _SessionToken(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.SessionToken"
    name = "session_token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-Token",
            "description": "From `meta.session_token` of POST /_allauth/app/v1/auth/login.",
        }


class _BrowserSession(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.BrowserSession"
    name = "browser_session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "A signed-in browser. Requests that change something also need X-CSRFToken.",
        }


class Schema(AutoSchema):
    """Tags by the first word of the operation id: chats_list belongs to "chats"."""

    def get_tags(self) -> list[str]:
        return [self.get_operation_id().split("_")[0]]


def Shape(shape: type, *, many: bool = False) -> dict[str, Any]:
    """A response schema: the component of this TypedDict, or a plain list of it."""
    schema = shapes.reference(shape)
    return {"type": "array", "items": schema} if many else schema


def problems(*codes: str) -> dict[Any, Any]:
    """The error answers of an operation, for `responses`: problem details with one of these codes."""
    listed = ", ".join(f"`{code}`" for code in (*codes, *_COMMON))
    response = OpenApiResponse(shapes.reference(ProblemJSON), description=f"An error. Codes: {listed}.")
    return {("default", "application/problem+json"): response}


def example(name: str, value: Any, *, of_answer: bool = False) -> OpenApiExample:
    """A body as a client sends it, or an answer; tests/core/test_documents.py checks both against the schema."""
    return OpenApiExample(name, value, request_only=not of_answer, response_only=of_answer)


def add_shapes(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook: every TypedDict that some operation refers to becomes a component."""
    components = result.setdefault("components", {}).setdefault("schemas", {})
    for name in sorted(shapes.registry):
        components[name] = shapes.schema_of(shapes.registry[name])
    return result
