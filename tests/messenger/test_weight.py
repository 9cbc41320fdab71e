"""What the first visit of the app fetches, compressed as in production: it stays under 100 KB (static/js/README.md)."""

import hashlib
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings

from core.staticstore import Joined, without_comments

pytestmark = pytest.mark.django_db

MOST = 100_000  # bytes
STATIC = Path(settings.BASE_DIR) / "static"
_NEEDED = re.compile(
    r'<(?:link rel="(?:stylesheet|modulepreload)" href|script[^>]* src)="/static/([\w./-]+\.(?:css|js))"'
)
_ADDRESS = re.compile(r"(/static/[\w./-]+)\.(css|js|svg|png)")


class Source:
    """The files as a storage opens them."""

    def open(self, path: str):
        return (STATIC / path).open("rb")


def text_of(name: str) -> str:
    if re.fullmatch(r"css/[\w-]+\.css", name):
        return Joined(Source()).open(name).read().decode()
    return (STATIC / name).read_text()


def weigh(client, user) -> dict[str, int]:
    """Name -> bytes, the page itself among them."""
    client.force_login(user)
    page = client.get("/", headers={"Accept-Encoding": ""}).content.decode()
    files = {
        name: len(brotli.compress(without_comments(name, text_of(name)).encode()))
        for name in dict.fromkeys(_NEEDED.findall(page))
    }
    return {"/": len(brotli.compress(_ADDRESS.sub(_hashed, page).encode(), quality=6)), **files}


def _hashed(address: re.Match[str]) -> str:
    """As they are called once they are collected: the digits weigh, too."""
    return f"{address[1]}.{hashlib.md5(address[0].encode()).hexdigest()[:12]}.{address[2]}"


def test_the_first_visit_stays_light(client, alice):
    weights = weigh(client, alice)
    assert len(weights) > 40  # all of them were found
    heaviest = sorted(weights.items(), key=lambda one: -one[1])[:8]
    print(sum(weights.values()), heaviest)
    assert sum(weights.values()) <= MOST, heaviest


def test_cards_of_the_market_come_later(client, alice):
    """Only who is shown a card fetches what draws it."""
    assert [name for name in weigh(client, alice) if "market" in name or "cards/" in name] == []
