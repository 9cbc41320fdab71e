"""What is made from the code is not stale, and the REST description is sound."""

import json

import pytest
import yaml
from django.core.management import call_command

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


def test_docs_page_is_served(api):
    assert api().get("/api/v1/docs").status_code == 200
