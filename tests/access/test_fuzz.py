"""Bodies and queries made from the REST description itself, right, nearly right and wrong: nothing breaks the service.

The same ones each time, others on each database, and no more than fit into some seconds.
"""

import json
import re
import string
import time
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from .test_attacks import address, attack

pytestmark = pytest.mark.django_db

SECONDS = 20.0
EXAMPLES = 30  # of one operation, on each database
_TEXT = st.text(max_size=40) | st.sampled_from(
    ["", " ", "\u202e", "𝒳" * 9, "a" * 5_000, "**_~~||", "@alice #tag https://x"]
)
_ANYTHING = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | _TEXT
_FORMATS: dict[str, st.SearchStrategy[str]] = {
    "uuid": st.uuids().map(str),
    "date-time": st.sampled_from(["2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2026"]),
    "uri": st.sampled_from(["https://push.example/x", "http://127.0.0.1", "x", "https://"]),
}


def of_schema(schema: dict[str, Any], components: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that fit, with every now and then one that does not."""
    return _fitting(schema, components) | _fitting(schema, components) | _fitting(schema, components) | _ANYTHING


def _fitting(schema: dict[str, Any], components: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return _fitting(components[schema["$ref"].rpartition("/")[2]], components)
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return st.one_of(*(_fitting(one, components) for one in schema[several]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if isinstance(kind, list):
        return st.one_of(*(_fitting({**schema, "type": one}, components) for one in kind))
    if kind == "object":
        wanted = {name: of_schema(one, components) for name, one in schema.get("properties", {}).items()}
        needed = {name: wanted.pop(name) for name in schema.get("required", ()) if name in wanted}
        return st.fixed_dictionaries(needed, optional=wanted)
    if kind == "array":
        return st.lists(of_schema(schema.get("items", {}), components), max_size=4)
    if kind == "string":
        return _FORMATS.get(schema.get("format", ""), _TEXT)
    simple = {"boolean": st.booleans(), "null": st.none(), "number": st.floats(allow_nan=False, allow_infinity=False)}
    if kind == "integer":
        return st.integers(schema.get("minimum", -5), schema.get("maximum", 9)) | st.sampled_from([0, 1, 2, 2**63 - 1])
    return simple.get(kind or "", _ANYTHING)


def _query(values: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


@pytest.fixture
def operations(api, scene) -> list[tuple[str, str, st.SearchStrategy[Any], bool]]:
    """(method, address, bodies or queries, are they bodies?)"""
    schema = api().get("/api/v1/schema", headers={"accept": "application/vnd.oai.openapi+json"}).json()
    components = schema["components"]["schemas"]
    found = []
    for path, methods in sorted(schema["paths"].items()):
        where = address(path.removeprefix("/api/v1/"), 1, scene)
        for method, operation in sorted(methods.items()):
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            asked = {
                one["name"]: of_schema(one.get("schema", {}), components)
                for one in operation.get("parameters", ())
                if one["in"] == "query"
            }
            if body:
                found.append((method, where, of_schema(body["schema"], components), True))
            if asked:
                found.append((method, where, st.fixed_dictionaries({}, optional=asked).map(_query), False))
    return found


# Where, how many operations there are at least, and what comes of some. (To ring takes a chat where nobody talks.)
PARTS = {"market": (35, {200, 201, 400}), "calls": (12, {200, 400}), "": (35, {200, 201, 400})}


@pytest.mark.parametrize("part", PARTS)
def test_made_up_requests_are_refused_in_order(scene, operations, part):
    owner, began, statuses = scene.people["owner"], time.monotonic(), set()
    operations = [one for one in operations if _part_of(one[1]) == part]
    least, expected = PARTS[part]
    assert len(operations) > least
    for method, where, values, is_body in operations:
        if time.monotonic() - began < SECONDS:
            statuses |= _statuses(owner, method, where, values, is_body)
    assert expected <= statuses  # some of it is right, some of it wrong: both were tried


def _part_of(where: str) -> str:
    first = where.removeprefix("/api/v1/").partition("/")[0].partition("?")[0]
    return first if first in PARTS else ""


def _statuses(owner: Any, method: str, where: str, values: st.SearchStrategy[Any], is_body: bool) -> set[int]:
    found = set()

    @seed(20_211_004 + (connection.vendor == "sqlite"))
    @settings(
        max_examples=EXAMPLES, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet,
    )  # fmt: skip
    @given(values)
    def ask(value: Any) -> None:
        query = "" if is_body else "?" + "&".join(f"{name}={_quoted(text)}" for name, text in value.items())
        found.add(attack(owner, method, where + query, json.dumps(value) if is_body else None).status_code)

    ask()
    return found


def _quoted(text: str) -> str:
    plain = set(string.ascii_letters + string.digits)
    return "".join(one if one in plain else "".join(f"%{byte:02X}" for byte in one.encode()) for one in text)


def test_values_are_made_from_the_description():
    schema = {"type": "object", "properties": {"kind": {"enum": ["group"]}}, "required": ["kind"]}
    found = []

    @seed(1)
    @settings(max_examples=30, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(of_schema(schema, {}))
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    assert {"kind": "group"} in found
    assert re.search(r"None|True|False|\d", str(found))
