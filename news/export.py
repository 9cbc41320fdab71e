"""The news' part of "export my data": what one follows, saves, opened and hides."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.registry import Archive
from accounts.serializers import timestamp
from news.models import Bookmark, Opened, Rule, TopicFollow
from news.queries import follows_of
from news.serializers import sources_json


def export_news(user: User, archive: Archive) -> None:
    """news.json: sources as GET /api/v1/news/sources tells them, topics, rules, stories saved and opened."""
    rules = Rule.objects.filter(user=user).order_by("pk").values("action", "kind", "source", "topic", "word")
    archive.write_json(
        "news.json",
        {
            "sources": sources_json(list(follows_of(user)), user),
            "topics": sorted(TopicFollow.objects.filter(user=user).values_list("topic", flat=True)),
            "rules": list(rules),
            "saved": _stories(Bookmark.objects.filter(user=user), "saved_at"),
            "history": _stories(Opened.objects.filter(user=user), "opened_at"),
        },
    )


def _stories(rows: QuerySet[Any], field: str) -> list[dict[str, Any]]:
    told = rows.order_by("pk").values_list("story__title", "story__url", "story__source__title", field)
    return [
        {"title": title, "url": url, "source": source, "at": timestamp(at)}
        for title, url, source, at in told.iterator(chunk_size=1000)
    ]
