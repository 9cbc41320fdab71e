"""The news' part of "export my data": what one follows."""

from accounts.models import User
from accounts.registry import Archive
from news.queries import follows_of
from news.serializers import sources_json


def export_news(user: User, archive: Archive) -> None:
    """news.json: sources with folder, own name and how much is unread, as GET /api/v1/news/sources tells them."""
    archive.write_json("news.json", sources_json(list(follows_of(user)), user))
