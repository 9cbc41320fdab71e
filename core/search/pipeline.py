"""From text to terms: the one pipeline for documents and queries.

NFKC, casefold, "ё" as "е" (but "й" stays), Latin letters without accents, snowball stems; bigrams for scripts that
put no spaces between words. A document is indexed under its words as written and under their stems, so that
the beginning of a word finds it as well as another form of it.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import snowballstemmer

MAX_TERM = 40  # characters; longer words are cut
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0dff\u1ab0-\u1aff\u1dc0-\u1dff"
# Han, kana, bopomofo; Thai, Lao, Khmer, Burmese.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3105-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(
    rf"(?P<unspaced>[{_UNSPACED}]+)"
    rf"|(?P<word>(?:(?![{_UNSPACED}])[^\W_])(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}]|['’](?=[^\W\d_]))*)"
    rf"|(?P<symbol>[\u2190-\u21ff\u2300-\u27bf\U0001f1e6-\U0001faff])"
)
_STEMMERS = {"en": "english", "de": "german", "fr": "french", "es": "spanish", "ru": "russian"}
_LATIN_LANGUAGES = ("en", "de", "fr", "es")
_COMMON_WORDS = {
    "en": "the and is are you that this with for have not was what will can but from they how just",
    "de": "der die das und ist nicht ich du wir sie ein eine mit auf für von dem den auch noch wie aber hat zum",
    "fr": "le les des est et une un pas pour que qui dans vous nous je avec sur mais c'est à du",
    "es": "el los las es que de por para con una un pero como más está no si muy del yo",
}
_COMMON = {language: frozenset(words.split()) for language, words in _COMMON_WORDS.items()}
_ALL_COMMON = frozenset().union(*_COMMON.values())
_local = threading.local()


class Token(NamedTuple):
    text: str  # folded, with accents
    start: int  # code points, in the text as given
    end: int
    is_unspaced: bool


def tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        folded = _fold(match[0])
        if folded:
            yield Token(folded, match.start(), match.end(), match.lastgroup == "unspaced")


@lru_cache(maxsize=65_536)
def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace("ё", "е").replace("’", "'")[:MAX_TERM]


@lru_cache(maxsize=65_536)
def without_accents(word: str) -> str:
    """Of Latin letters only: the breve of "й" and the points of other scripts make other letters."""
    if word.isascii():
        return word.replace("'", "")
    result: list[str] = []
    for character in unicodedata.normalize("NFD", word):
        if unicodedata.combining(character) and result and result[-1] < "\u0370":
            continue
        result.append(character)
    return unicodedata.normalize("NFC", "".join(result)).replace("'", "")


def document_terms(text: str) -> set[str]:
    """Everything a document is found under. On the path of every message that is sent: about 10 us."""
    language = guess_language(text)
    terms: set[str] = set()
    for match in _TOKEN.finditer(text):
        terms.update(_terms_of(match[0], match.lastgroup == "unspaced", language))
    return terms


def broad_terms(text: str) -> set[str]:
    """The same under the stemmers of all languages: for titles and names, too short to tell their language by."""
    terms: set[str] = set()
    for token in tokens(text):
        terms.update(_unspaced_terms(token.text) if token.is_unspaced else query_forms(token.text))
    return terms - {""}


def guess_language(text: str) -> str:
    """Which stemmer a text in Latin letters gets, by its most common words."""
    common = _ALL_COMMON.intersection(text.lower().split())
    return max(_LATIN_LANGUAGES, key=lambda language: len(common & _COMMON[language])) if common else "en"


@lru_cache(maxsize=131_072)
def _terms_of(written: str, is_unspaced: bool, language: str) -> tuple[str, ...]:
    folded = _fold(written)
    if is_unspaced:
        return tuple(_unspaced_terms(folded))
    return tuple({without_accents(folded), stem_of(folded, language)} - {""})


@lru_cache(maxsize=65_536)
def stem_of(word: str, language: str) -> str:
    if not word.isalpha() and "'" not in word:
        return without_accents(word)
    if "а" <= word[0] <= "џ":
        language = "ru"
    elif word[0] > "\u024f":
        return without_accents(word)  # no stemmer for this script
    return without_accents(_stemmer(language).stemWord(word)) or without_accents(word)


def _stemmer(language: str) -> Any:
    """One per thread: a stemmer keeps its work in attributes of its own."""
    stemmers = _local.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = snowballstemmer.stemmer(_STEMMERS[language])
    return stemmers[language]


def _unspaced_terms(run: str) -> list[str]:
    """Bigrams, and the last character alone: so every character begins a term."""
    return [run[index : index + 2] for index in range(len(run))]


def query_forms(word: str) -> set[str]:
    """A word of a query, under every stemmer of its script: nobody knows in which language one word is."""
    return {without_accents(word), *(stem_of(word, language) for language in _LATIN_LANGUAGES)}
