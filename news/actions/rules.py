"""Muting a source, a topic or a word, and keeping only some of a source."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import one_line
from core import limits
from core.errors import Conflict, Invalid, NotFound
from news import affinity
from news.access import source_for_reading
from news.models import Rule
from news.rules import folded
from news.topics import TOPICS


def add_rule(
    *, by: User, kind: str, action: str = Rule.Action.MUTE, source: int | None = None, topic: str = "", word: str = ""
) -> Rule:
    """Twice is once. Raises Invalid("bad_rule", "word_needed"), NotFound("topic_not_found", "source_not_found"),
    Conflict("too_many_rules").
    """
    given = _checked(by, kind, action, source, topic, word)
    key = ":".join(str(part or "") for part in given.values())
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # so that the limit holds
        rule = Rule.objects.filter(user=by, key=key).first()
        if rule is None:
            if Rule.objects.filter(user=by).count() >= limits.NEWS_RULES:
                raise Conflict("too_many_rules", limit=limits.NEWS_RULES)
            rule = Rule.objects.create(user=by, key=key, **given)
            if rule.kind != Rule.Kind.WORD:
                subject = affinity.topic_subject(topic) if topic else affinity.source_subject(rule.source_id or 0)
                affinity.note(by, [subject], affinity.MUTED)
    return rule


def _checked(by: User, kind: str, action: str, source: int | None, topic: str, word: str) -> dict[str, object]:
    """What the kind needs, and nothing else."""
    if action == Rule.Action.KEEP and (kind != Rule.Kind.WORD or source is None):
        raise Invalid("bad_rule", _("One can keep only what has a word, and of one source."))
    if kind == Rule.Kind.TOPIC and topic not in TOPICS:
        raise NotFound("topic_not_found")
    if kind == Rule.Kind.SOURCE and source is None:
        raise Invalid("bad_rule", field="source")
    if source is not None and kind != Rule.Kind.TOPIC:
        source = source_for_reading(by, source).pk
    word = one_line(word) if kind == Rule.Kind.WORD else ""
    if kind == Rule.Kind.WORD and not folded(word):
        raise Invalid("word_needed", _("Which word?"), field="word")
    return {
        "action": action,
        "kind": kind,
        "source_id": source if kind != Rule.Kind.TOPIC else None,
        "topic": topic if kind == Rule.Kind.TOPIC else "",
        "word": word.lower(),
    }


def remove_rule(*, by: User, rule_id: int) -> None:
    """Twice is once."""
    Rule.objects.filter(user=by, pk=rule_id).delete()
