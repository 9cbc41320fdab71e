"""Who may read which source and story. Unknown and forbidden look the same from outside.

The address of a feed may hold somebody's key, and its stories what is behind it: a feed is there for those who follow
it.
"""

from accounts.models import User
from core.errors import NotFound
from news.models import Source, Story

_MAX_ID = 2**63 - 1


def source_for_reading(by: User, source_id: int) -> Source:
    """With its feed loaded. Raises NotFound("source_not_found")."""
    found = None
    if 0 < source_id <= _MAX_ID:
        visible = Source.objects.visible().select_related("feed")
        found = visible.filter(pk=source_id, follows__user=by).first()
    if found is None:
        raise NotFound("source_not_found")
    return found


def story_for_reading(by: User, story_id: int) -> Story:
    """With its source and text loaded. Raises NotFound("story_not_found")."""
    found = None
    if 0 < story_id <= _MAX_ID:
        out = Story.objects.out().exclude(source__state=Source.State.REMOVED).select_related("source", "text")
        found = out.filter(pk=story_id, source__follows__user=by).first()
    if found is None:
        raise NotFound("story_not_found")
    return found
