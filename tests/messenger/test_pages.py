"""The chat app's page and its public addresses: what each kind of visitor is given."""

import json
import re

import pytest

from messenger.models import Chat
from messenger.strings import strings

pytestmark = pytest.mark.django_db


def test_signed_out_person_is_led_to_sign_in_and_back(client):
    answer = client.get("/c/12/3")
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")
    assert "next=/c/12/3" in answer.url


def test_page_carries_its_person_and_its_words(client, alice):
    client.force_login(alice)
    text = client.get("/c/999").content.decode()
    boot = json.loads(re.search(r'<script id="boot" type="application/json">(.*?)</script>', text)[1])
    assert boot["user"]["handle"] == alice.handle
    words = json.loads(re.search(r'<script id="strings" type="application/json">(.*?)</script>', text)[1])
    assert words["reply"] == "Reply"
    assert words["members.count"]["one"] == "{n} member"
    assert words["members.count"]["other"] == "{n} members"


def test_page_keeps_the_content_security_policy(client, alice):
    client.force_login(alice)
    answer = client.get("/")
    text = answer.content.decode()
    assert not re.search(r"<[^>]+\sstyle=", text)
    assert not re.search(r"<[^>]+\son\w+=", text)
    nonce = re.search(r"'nonce-([^']+)'", answer["Content-Security-Policy"])[1]
    for script in re.findall(r"<script(?![^>]*application/json)[^>]*>", text):
        assert f'nonce="{nonce}"' in script


def test_kept_page_holds_nobody(client, alice):
    client.force_login(alice)
    text = client.get("/shell").content.decode()
    assert alice.handle not in text
    assert '<script id="boot" type="application/json">{}</script>' in text


def test_public_chat_is_previewed_to_strangers(client):
    Chat.objects.create(kind=Chat.Kind.CHANNEL, title="Night sky", description="What to see", handle="nightsky")
    answer = client.get("/@NightSky", follow=True)
    assert answer.status_code == 200
    assert "Night sky" in answer.content.decode()
    assert "next=/%40nightsky" in answer.content.decode() or "next=/@nightsky" in answer.content.decode()


def test_deleted_and_unknown_handles_look_the_same(client):
    from_nowhere = client.get("/@nobody_here")
    assert from_nowhere.status_code == 404


def test_qr_code_of_an_invitation_is_a_picture(client):
    answer = client.get("/join/some-token/qr.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<?xml")


def test_every_counted_phrase_has_all_plural_categories():
    for key, forms in strings().items():
        if isinstance(forms, dict):
            assert set(forms) == {"zero", "one", "two", "few", "many", "other"}, key
