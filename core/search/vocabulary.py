"""Typo repair: the words that are used, and which of them a mistyped word may have meant.

Only a help: a word that is missing here is merely not found by its misspelling. So it is learnt behind the documents
and may lag. It holds words without anything about who wrote them where, and is never shown to anybody.
"""

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.db.models import Count
from rapidfuzz.distance import OSA

from core.search import pipeline
from core.search.models import SearchGram, SearchMark, SearchWord
from core.search.query import Query, Word

_SHORTEST, _LONGEST = 4, 24  # letters
_CANDIDATES = 64  # words that share most trigrams, of which the nearest are taken
_REPAIRS = 6


def words_of(text: str) -> set[str]:
    """The words worth learning: letters only, so that no number and hardly a password stays here."""
    return {
        plain
        for token in pipeline.tokens(text)
        if not token.is_unspaced
        and _SHORTEST <= len(plain := pipeline.without_accents(token.text)) <= _LONGEST
        and plain.isalpha()
    }


def learn(kind: str, words: Iterable[str]) -> None:
    wanted = sorted(set(words))
    known = set(SearchWord.objects.filter(kind=kind, word__in=wanted).values_list("word", flat=True))
    new = [word for word in wanted if word not in known]
    if not new:
        return
    with transaction.atomic():
        SearchWord.objects.bulk_create([SearchWord(kind=kind, word=word) for word in new], ignore_conflicts=True)
        SearchGram.objects.bulk_create(
            [
                SearchGram(kind=kind, gram=gram, length=len(row.word), word=row)
                for row in SearchWord.objects.filter(kind=kind, word__in=new).order_by("word")
                for gram in sorted(_grams(row.word))
            ],
            ignore_conflicts=True,
            batch_size=1000,
        )


def position(kind: str) -> int:
    return SearchMark.objects.filter(kind=kind).values_list("position", flat=True).first() or 0


def move_position(kind: str, position: int) -> None:
    SearchMark.objects.update_or_create(kind=kind, defaults={"position": position})


def forget(kind: str) -> None:
    """All of it; the next learning begins at the first document."""
    SearchWord.objects.filter(kind=kind).delete()
    SearchMark.objects.filter(kind=kind).delete()


def repaired(kind: str, query: Query) -> Query | None:
    """The query with what each word may have meant beside it; None when there is nothing to repair."""
    words = tuple(_repaired_word(kind, word) for word in query.words)
    return replace(query, words=words, unless=(query,)) if words != query.words else None


def _repaired_word(kind: str, word: Word) -> Word:
    if not (_SHORTEST <= len(word.typed) <= _LONGEST and word.typed.isalpha()):
        return word
    found = repairs(kind, word.typed, is_unfinished=bool(word.prefixes))
    forms = word.forms.union(*(pipeline.query_forms(each) for each in found)) if found else word.forms
    return replace(word, forms=forms)


def repairs(kind: str, typed: str, *, is_unfinished: bool = False) -> list[str]:
    """The nearest known words, nearest first; of an unfinished word also those that begin like it."""
    size = len(typed)
    most = 1 if size < 6 else 2
    rows = (
        SearchGram.objects.filter(
            kind=kind, gram__in=_grams(typed), length__range=(size - most, size + (4 if is_unfinished else most))
        )
        .values("word")
        .annotate(shared=Count("pk"))
        .order_by("-shared")[:_CANDIDATES]
    )
    words = SearchWord.objects.filter(pk__in=[row["word"] for row in rows]).values_list("word", flat=True)
    scored = sorted((_distance(typed, word, is_unfinished, most), word) for word in words if word != typed)
    return [word for distance, word in scored if distance <= most][:_REPAIRS]


def _distance(typed: str, word: str, is_unfinished: bool, most: int) -> float:
    whole = OSA.distance(typed, word, score_cutoff=most)
    if not is_unfinished or len(word) <= len(typed):
        return whole
    # As far as it was typed; worth less than a whole word at the same distance.
    return min(whole, 0.5 + OSA.distance(typed, word[: len(typed)], score_cutoff=most))


def _grams(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[index : index + 3] for index in range(len(padded) - 2)}
