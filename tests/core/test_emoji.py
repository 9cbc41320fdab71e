"""The emoji of the picker: complete, small, and cached for ever under an address of their own."""

import gzip
import json

import pytest


@pytest.fixture
def fetch(client, db):
    def get(language):
        response = client.get("/api/v1/emoji", {"language": language})
        assert response.status_code == 302
        return client.get(response["Location"], HTTP_ACCEPT_ENCODING="gzip")

    return get


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", {"👍": "thumbs", "🚲": "bicycle", "🐱": "cat", "🇩🇪": "germany", "🎉": "party"}),
        ("de", {"👍": "daumen", "🚲": "fahrrad", "🐱": "katze", "🇩🇪": "deutschland", "🎂": "geburtstag"}),
        ("ru", {"👍": "палец", "🚲": "велосипед", "🐱": "кошки", "🇩🇪": "германия", "😂": "lol"}),
    ],
)
def test_emoji_have_words_in_each_language(fetch, language, words):
    response = fetch(language)
    assert len(response.content) < 40_000
    body = json.loads(gzip.decompress(response.content))
    entries = {entry[0]: f"{entry[1]} {entry[2]}".casefold() for group in body["groups"] for entry in group["emoji"]}
    for character, word in words.items():
        assert word in entries[character], entries[character]


def test_each_emoji_stands_once_in_a_sensible_group(fetch):
    groups = json.loads(gzip.decompress(fetch("en").content))["groups"]
    where = {entry[0]: group["id"] for group in groups for entry in group["emoji"]}
    assert sum(len(group["emoji"]) for group in groups) == len(where) > 1500
    for character, group in {
        "😀": "smileys", "❤️": "smileys", "👍": "people", "🐶": "nature", "🍕": "food", "🚗": "travel",
        "⚽": "activities", "💡": "objects", "✅": "symbols", "🏳️‍🌈": "flags",
    }.items():  # fmt: skip
        assert where[character] == group


def test_tones_are_offered_where_they_exist_and_not_listed(fetch):
    groups = json.loads(gzip.decompress(fetch("en").content))["groups"]
    entries = {entry[0]: entry for group in groups for entry in group["emoji"]}
    assert entries["👍"][3:] == [1]
    assert entries["😀"][3:] == []
    assert "👍🏽" not in entries


def test_the_address_is_cached_for_ever_and_an_old_one_is_gone(fetch, client):
    assert "immutable" in fetch("en")["Cache-Control"]
    assert client.get("/api/v1/emoji/0123456789ab/en").status_code == 404
    assert client.get("/api/v1/emoji", {"language": "tlh"})["Location"].endswith("/en")
