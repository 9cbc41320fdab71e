"""What stands of the news in the scene: a feed that its owner follows, and nobody else."""

from typing import Any

from accounts.models import User
from news.actions.following import follow_source
from news.fetching.addresses import url_hash
from news.fetching.ingest import ingest
from news.fetching.parsing import parse
from news.models import Feed, FetchLog, Source, Story
from tests.news.documents import item, rss


def reading(owner: User) -> dict[str, Any]:
    """Its address holds a key, as those of paid newsletters do."""
    address = "https://herald.example/feed?key=secret-of-owner"
    source = Source.objects.create(title="The Herald")
    Feed.objects.create(source=source, url=address, url_hash=url_hash(address), domain="herald.example")
    ingest(source, parse(rss(item(1), item(2)).encode(), content_type="application/rss+xml", url=address))
    FetchLog.objects.create(source=source, outcome="ok")
    source.refresh_from_db()
    follow_source(by=owner, source=source)
    return {
        "source": source.pk,
        "story": Story.objects.filter(source=source).earliest("pk").pk,
        "topic": "science",
        "event": 1,
        "rule": 1,
    }
