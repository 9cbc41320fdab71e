"""Installable, and nothing personal in what browsers keep."""

import json
import re


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
