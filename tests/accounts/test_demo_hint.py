"""The sign-in page names the demo's people only where `manage.py start` said so."""

import pytest

from core import demo


@pytest.fixture
def told(monkeypatch):
    monkeypatch.setattr(demo, "_told", None)
    return demo.tell


def test_nobody_is_named_unless_told(client, db, told):
    assert "data-demo" not in client.get("/accounts/login/").content.decode()


def test_the_demo_says_how_to_get_in(client, db, told):
    told("open-sesame")
    page = client.get("/accounts/login/").content.decode()
    assert 'data-demo="alice"' in page
    assert "<code>open-sesame</code>" in page
    assert "open-sesame" not in client.get("/accounts/signup/").content.decode()
