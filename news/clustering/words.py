"""What two reports of the same event have in common: the significant words of their titles, or their very text."""

import hashlib
import re
from collections.abc import Iterable

from core.search import pipeline

MIN_WORDS, MIN_COMMON, MIN_OVERLAP = 5, 3, 0.6
MIN_SHARED = 0.35  # of all words of both: three of five words of a short title are in many long ones
MIN_TEXT = 40  # words: of less a fingerprint says nothing
MAX_TEXT = 1_000  # words: the beginning of a text tells it from others
MAX_DISTANCE = 3  # bits of 64
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"\w+")
_STOP_WORDS = """
a an and are as at be been but by can could did do does for from had has have he her here his how i if in into is it
its just like may more most new no not now of off on one or our out over say says said she so than that the their
them then there these they this to up was we were what when where which who why will with would you your after about
amid again all also back before between down first get gets her him last make makes me my off old only other under
until us very via week while year years der die das den dem des ein eine einer eines einem einen und oder aber auch
auf aus bei bis da dass durch er es für gegen hat haben ich im in ins ist kein keine mehr mit nach nicht noch nur ob
ohne sein seine seit sich sie sind so soll sollen über um und unter vom von vor war was wegen weil wenn wer werden
wie will wird wir wo zu zum zur zwei и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по
только ее мне было вот от меня еще нет о из ему теперь когда даже ну вдруг ли если уже или ни быть был него до вас
нибудь опять уж вам ведь там потом себя может они тут где есть надо ней для мы тебя их чем была сам чтоб без будто
чего раз тоже под будет после это этого эти при об из-за le la les un une des du de et en au aux ce cette ces pour
par sur dans avec sans est sont qui que ne pas plus son sa ses leur se il elle ils elles nous vous à après avant el
los las unos unas del al y o en por para con sin sobre su sus es son que no se lo más como tras entre
"""
_STOP = frozenset(_STOP_WORDS.split())


def significant_words(title: str, language: str = "") -> frozenset[str]:
    """Stems of what a title is about. Scripts without spaces: pairs of letters."""
    language = language[:2].lower() if language else pipeline.guess_language(title)
    found: set[str] = set()
    for token in pipeline.tokens(title):
        if token.is_unspaced:
            found.update(token.text[at : at + 2] for at in range(max(1, len(token.text) - 1)))
        elif token.text not in _STOP and (len(token.text) > 2 or token.text.isdigit()):
            found.add(pipeline.stem_of(token.text, language if language in ("de", "fr", "es", "ru") else "en"))
    return frozenset(found)


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Which part of the shorter title stands in the longer one, 0 to 1; 0 when they share too little to say."""
    common, shorter = len(one & other), min(len(one), len(other))
    if common < MIN_COMMON or shorter < MIN_WORDS or common < MIN_SHARED * len(one | other):
        return 0.0
    return common / shorter


def fingerprint(html: str) -> int | None:
    """SimHash (Charikar 2002) over the triples of words of a text: 64 bits, signed; None for a short text.

    Texts that differ in a few words differ in a few bits.
    """
    words = _WORD.findall(_TAG.sub(" ", html).casefold())[:MAX_TEXT]
    if len(words) < MIN_TEXT:
        return None
    lanes = [0] * 8
    triples = list(zip(words, words[1:], words[2:], strict=False))
    for triple in triples:
        for at, byte in enumerate(hashlib.blake2b(" ".join(triple).encode(), digest_size=8).digest()):
            lanes[at] += _SPREAD[byte]
    bits = 0
    for lane in lanes:
        for bit in range(8):
            bits = bits << 1 | (2 * (lane >> 16 * bit & 0xFFFF) > len(triples))
    return bits - 2**64 if bits >= 2**63 else bits


# A byte as eight counters of 16 bits: adding them counts all bits at once.
_SPREAD = [sum(1 << 16 * bit for bit in range(8) if byte >> bit & 1) for byte in range(256)]


def distance(one: int | None, other: int | None) -> int:
    """In bits; 64 when one of them is unknown."""
    return 64 if one is None or other is None else ((one ^ other) & (2**64 - 1)).bit_count()


def keys_of(words: Iterable[str], simhash: int | None) -> list[int]:
    """Numbers under which a story is found by others like it. Two fingerprints that differ in at most three bits
    agree in one of their quarters.
    """
    named = [f"w:{word}" for word in sorted(words)]
    if simhash is not None:
        bits = simhash & (2**64 - 1)
        named += [f"s{quarter}:{bits >> 16 * quarter & 0xFFFF}" for quarter in range(4)]
    return [
        int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True) for name in named
    ]
