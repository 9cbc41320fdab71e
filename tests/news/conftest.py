import pytest

from news.fetching.addresses import registrable_domain, url_hash
from news.models import Feed, Source
from tests.core.hostile import Site


@pytest.fixture
def site(settings):
    """A server of feeds, on loopback."""
    settings.NEWS_LOOPBACK = True
    site = Site()
    yield site
    site.shutdown()
    site.server_close()


@pytest.fixture
def feed_at(db):
    """feed_at(url): a feed that somebody follows and that is due."""

    def make(url: str, **fields) -> Feed:
        source = Source.objects.create(title="", follower_count=1)
        return Feed.objects.create(
            source=source, url=url, url_hash=url_hash(url), domain=registrable_domain(url), **fields
        )

    return make
