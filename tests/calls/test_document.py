"""docs/calls.md says what is so: its JSON is JSON, its commands, events, addresses and codes exist."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from jsonschema import validate

from calls.shapes import CallEntryJSON
from core import commands, events, shapes

TEXT = (Path(settings.BASE_DIR) / "docs" / "calls.md").read_text()
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.S)]


@pytest.mark.parametrize("frame", [block for block in BLOCKS if "do" in block], ids=lambda frame: frame["do"])
def test_commands_take_what_it_says(frame):
    commands.registry[frame["do"]].arguments(frame)


def test_the_entry_has_its_shape():
    (entry,) = [block for block in BLOCKS if "ice" in block]
    shapes.reference(CallEntryJSON)
    components = {name: shapes.schema_of(shape) for name, shape in list(shapes.registry.items())}
    validate(entry, {**components["CallEntry"], "components": {"schemas": components}})


def test_names_of_the_socket_exist():
    named = set(re.findall(r"`(call\.\w+)`", TEXT)) | {block["event"] for block in BLOCKS if "event" in block}
    assert named - commands.registry.keys() - events.registry.keys() == set()


def test_addresses_exist(api, db):
    paths = json.loads(api().get("/api/v1/schema", headers={"accept": "application/json"}).content)["paths"]
    known = {(method, re.sub(r"\{\w+\}", "*", path)) for path, methods in paths.items() for method in methods}
    told = re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/api/v1/[^`?]*)", TEXT)
    assert len(told) > 12
    plain = {(method.lower(), re.sub(r"/(71|\{\w+\})(?=/|$)", "/*", path)) for method, path in told}
    assert plain - known == set()


def test_codes_exist():
    """Each is declared by some command, or documented at some address."""
    rows = re.findall(r"^\| (`[^|]+`) \| [45]\d\d \|", TEXT, re.M)
    told = {code for row in rows for code in re.findall(r"`(\w+)`", row)}
    declared = {code for command in commands.registry.values() for code in command.errors} | {"rate_limited"}
    assert told - declared == set()
