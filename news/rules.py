"""What a reader does not want to see, and what of a source they only want to see."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.models import User
from core.search import pipeline
from news.models import Rule, Story


@dataclass(frozen=True)
class Rules:
    sources: frozenset[int] = frozenset()
    topics: frozenset[str] = frozenset()
    words: tuple[tuple[str, ...], ...] = ()  # muted everywhere; each a run of words, folded
    words_of: dict[int, tuple[tuple[str, ...], ...]] = field(default_factory=dict)  # muted in one source
    kept_of: dict[int, tuple[tuple[str, ...], ...]] = field(default_factory=dict)  # the only ones of a source

    @property
    def is_empty(self) -> bool:
        return not (self.sources or self.topics or self.words or self.words_of or self.kept_of)

    def hides(self, story: Story, topics: Sequence[str] = ()) -> bool:
        """Muted words are whole words of title or summary, in any case."""
        if self.is_empty:
            return False
        if story.source_id in self.sources or not self.topics.isdisjoint(topics):
            return True
        muted = (*self.words, *self.words_of.get(story.source_id, ()))
        kept = self.kept_of.get(story.source_id, ())
        if not muted and not kept:
            return False
        said = folded(f"{story.title} \n {story.summary}")
        if any(_stands_in(run, said) for run in muted):
            return True
        return bool(kept) and not any(_stands_in(run, said) for run in kept)


def folded(text: str) -> tuple[str, ...]:
    """The words of a text, so that "Élections" and "elections" are the same."""
    return tuple(pipeline.without_accents(token.text) for token in pipeline.tokens(text))


def _stands_in(run: tuple[str, ...], said: tuple[str, ...]) -> bool:
    return any(said[at : at + len(run)] == run for at in range(len(said) - len(run) + 1))


def rules_of(user: User) -> Rules:
    """One query."""
    sources, topics, words = set(), set(), []
    words_of: dict[int, tuple[tuple[str, ...], ...]] = {}
    kept_of: dict[int, tuple[tuple[str, ...], ...]] = {}
    for rule in Rule.objects.filter(user=user):
        if rule.kind == Rule.Kind.SOURCE and rule.source_id:
            sources.add(rule.source_id)
        elif rule.kind == Rule.Kind.TOPIC:
            topics.add(rule.topic)
        elif run := folded(rule.word):
            if rule.source_id is None:
                words.append(run)
            else:
                place = words_of if rule.action == Rule.Action.MUTE else kept_of
                place[rule.source_id] = (*place.get(rule.source_id, ()), run)
    return Rules(frozenset(sources), frozenset(topics), tuple(words), words_of, kept_of)
