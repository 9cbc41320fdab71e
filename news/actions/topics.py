"""Following a topic."""

from accounts.models import User
from core.errors import NotFound
from news.models import TopicFollow
from news.topics import TOPICS


def follow_topic(*, by: User, topic: str) -> None:
    """Twice is once. Raises NotFound("topic_not_found")."""
    if topic not in TOPICS:
        raise NotFound("topic_not_found")
    TopicFollow.objects.get_or_create(user=by, topic=topic)


def unfollow_topic(*, by: User, topic: str) -> None:
    """Twice is once."""
    TopicFollow.objects.filter(user=by, topic=topic).delete()
