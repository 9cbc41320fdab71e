"""Installable, and nothing personal in what browsers keep."""

import gzip
import json
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings


def test_service_worker_lists_the_files_of_the_app(client):
    answer = client.get("/sw.js")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/"
    assert "no-cache" in answer["Cache-Control"]
    shell = json.loads(text.split("const SHELL = ")[1].split(";\n")[0])
    assert any("js/chat/engine" in address for address in shell)
    assert any("css/site" in address for address in shell)
    assert "sw.js" not in " ".join(shell)


def test_everything_the_page_needs_is_kept(client, db):
    kept = client.get("/sw.js").content.decode()
    page = client.get("/shell").content.decode()
    needed = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert needed
    assert [address for address in sorted(needed) if f'"{address}"' not in kept] == []


def test_manifest(client, db):
    manifest = client.get("/manifest.webmanifest").json()
    assert manifest["start_url"] == "/"
    assert manifest["share_target"]["action"] == "/share"
    assert {icon.get("purpose") for icon in manifest["icons"]} >= {"maskable"}


def test_shell_says_nothing_of_who_asks(client, alice):
    client.force_login(alice)
    page = client.get("/shell").content.decode()
    assert '<script id="boot" type="application/json">{}</script>' in page
    assert "alice" not in page.lower()


def test_share_without_a_service_worker_goes_to_the_chats(client, db):
    assert client.post("/share", {"text": "hello"})["Location"] == "/"


def test_a_page_fetches_ahead_what_its_module_imports_and_nothing_else(client, db):
    page = client.get("/shell").content.decode()
    ahead = set(re.findall(r'<link rel="modulepreload" href="/static/js/([^"]+)"', page))
    assert {"chat/app.js", "chat/engine.js", "core/socket.js"} <= ahead
    assert "chat/views/dialogs/forward.js" not in ahead  # loaded when somebody forwards
    assert not any(name.startswith("accounts/") for name in ahead)


@pytest.mark.parametrize(("accepted", "used"), [("gzip, br", "br"), ("gzip", "gzip"), ("identity", None)])
def test_pages_are_compressed_as_the_browser_likes(client, db, accepted, used):
    answer = client.get("/shell", headers={"Accept-Encoding": accepted})
    assert answer.get("Content-Encoding") == used
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[used]
    assert b'<template id="tpl-row">' in unpack(answer.content)
    assert "Accept-Encoding" in answer["Vary"]


def test_templates_of_dialogs_come_later_and_are_kept_for_ever(client, db):
    page = client.get("/shell").content.decode()
    address = re.search(r'<meta name="templates" content="([^"]+)"', page)[1]
    answer = client.get(address)
    assert b'<template id="tpl-picker">' in answer.content
    assert '<template id="tpl-picker">' not in page
    assert (answer["Cache-Control"], "Set-Cookie" in answer) == ("public, max-age=31536000, immutable", False)
    old = re.sub(r"\.\w+\.html", ".0123456789ab.html", address)
    assert client.get(old)["Cache-Control"] == "no-cache"
    assert client.get("/templates/xx.0123456789ab.html").status_code == 404


def test_each_template_that_scripts_clone_is_in_the_page_or_comes_later(client, db):
    page = client.get("/shell").content.decode()
    later = client.get(re.search(r'<meta name="templates" content="([^"]+)"', page)[1]).content.decode()
    root = Path(settings.BASE_DIR) / "static" / "js" / "chat"
    for path in root.rglob("*.js"):
        text = path.read_text()
        for name in re.findall(r'(?:clone|dialogFrom)\("(tpl-[\w-]+)"', text):
            mark = f'<template id="{name}">'
            assert mark in page or (mark in later and "chat/views/later.js" in text), (path.name, name)
