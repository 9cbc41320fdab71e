"""What is looked for, as a value that each database writes in its own way."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.search import pipeline

MAX_WORDS = 12


@dataclass(frozen=True)
class Word:
    """One thing every hit has: one of the forms, or a term that begins with one of the prefixes."""

    forms: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    typed: str = ""  # as the person wrote it, folded; "" for what cannot be mistyped
    unit: int = 0  # words of one unit were one run of characters

    def matches(self, term: str) -> bool:
        return term in self.forms or any(term.startswith(prefix) for prefix in self.prefixes)


@dataclass(frozen=True)
class Query:
    """All words, and of every group of tags one; but nothing that one of `unless` finds."""

    words: tuple[Word, ...] = ()
    tags: tuple[frozenset[str], ...] = ()
    unless: "tuple[Query, ...]" = ()

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.tags

    def tagged(self, *groups: Iterable[str]) -> "Query":
        return replace(self, tags=self.tags + tuple(frozenset(group) for group in groups))


def parse_query(text: str) -> Query:
    """The words a person typed. The last one may be unfinished, unless a space follows it."""
    found = list(pipeline.tokens(text))[:MAX_WORDS]
    words: list[Word] = []
    for unit, token in enumerate(found):
        if token.is_unspaced:
            words += _unspaced(token.text, unit)
            continue
        is_last = unit == len(found) - 1 and token.end == len(text)
        plain = pipeline.without_accents(token.text)
        prefixes = frozenset([plain]) if is_last and len(plain) > 1 else frozenset()
        words.append(Word(frozenset(pipeline.query_forms(token.text)), prefixes, plain, unit))
    return Query(tuple(dict.fromkeys(words)))


def _unspaced(run: str, unit: int) -> list[Word]:
    if len(run) == 1:
        return [Word(frozenset([run]), frozenset([run]), "", unit)]
    return [Word(frozenset([run[index : index + 2]]), frozenset(), "", unit) for index in range(min(len(run), 13) - 1)]
