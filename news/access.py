"""Who may read which source and story. Unknown and forbidden look the same from outside.

The address of a feed may hold somebody's key, and its stories what is behind it: such a feed is there for those who
follow it. Others, and what publishers write here, are there for everybody who is signed in (ADR 012).
"""

from accounts.models import User
from core.errors import NotFound
from news.models import Source, Story
from news.queries import stories_for_reader

_MAX_ID = 2**63 - 1


def source_for_reading(by: User, source_id: int) -> Source:
    """With its feed loaded. Raises NotFound("source_not_found")."""
    found = None
    if 0 < source_id <= _MAX_ID:
        found = Source.objects.for_reader(by).select_related("feed").filter(pk=source_id).first()
    if found is None:
        raise NotFound("source_not_found")
    return found


def story_for_reading(by: User, story_id: int) -> Story:
    """With its source and text loaded. Raises NotFound("story_not_found")."""
    found = None
    if 0 < story_id <= _MAX_ID:
        found = stories_for_reader(by).select_related("text", "cluster").filter(pk=story_id).first()
    if found is None:
        raise NotFound("story_not_found")
    return found
