"""What is made from the code is not stale, and the REST description is sound."""

import json

import pytest
import yaml
from django.core.management import call_command
from jsonschema import validate

from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("document", ["protocol", "contract"])
def test_generated_document_is_fresh(document):
    call_command(document, "--check")


def test_schema_validates_without_a_warning(capsys):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")


def test_schema_comes_as_json_or_yaml(api):
    assert json.loads(api().get("/api/v1/schema", headers={"accept": "application/json"}).content)["openapi"] == "3.1.0"
    assert yaml.safe_load(api().get("/api/v1/schema", headers={"accept": "application/yaml"}).content)["paths"]


def test_every_operation_names_its_error_answers(api):
    schema = json.loads(api().get("/api/v1/schema", headers={"accept": "application/json"}).content)
    missing = [
        f"{method} {path}"
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
        if path.startswith("/api/v1/") and "default" not in operation["responses"]
    ]
    assert missing == []


@pytest.fixture
def schema(api):
    return json.loads(api().get("/api/v1/schema", headers={"accept": "application/json"}).content)


def _operations(schema):
    return [operation for methods in schema["paths"].values() for operation in methods.values()]


def test_every_operation_has_its_own_name_and_a_summary(schema):
    operations = _operations(schema)
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert [operation["operationId"] for operation in operations if not operation.get("summary")] == []


def test_the_main_operations_have_examples_that_hold(schema):
    found = {}
    for operation in _operations(schema):
        for part in (operation.get("requestBody", {}), *operation["responses"].values()):
            for content in part.get("content", {}).values():
                for one in content.get("examples", {}).values():
                    validate(one["value"], {**content["schema"], "components": schema["components"]})
                    found[operation["operationId"]] = True
    main = {"messages_send", "messages_edit", "chats_create", "uploads_create", "sync", "search", "reports_create"}
    assert main <= found.keys()


def test_the_description_says_how_to_sign_in(schema, api, alice):
    assert "/_allauth/app/v1/auth/login" in schema["info"]["description"]
    assert api().get("/_allauth/openapi.html").status_code == 200
    body = {"username": "alice", "password": PASSWORD}
    answer = api().post("/_allauth/app/v1/auth/login", body, format="json")
    token = answer.json()["meta"]["session_token"]
    assert api().get("/api/v1/me", headers={"x-session-token": token}).status_code == 200


def test_docs_page_is_served(api):
    assert api().get("/api/v1/docs").status_code == 200
