"""What the emoji picker shows: every emoji once, in groups, with words to find it by. From the `emoji` library.

The library knows names and aliases but no groups: those are told by code point here. Left out are variants of sex and
skin (the picker makes tones itself) and emoji so new that most devices draw a box.
"""

import gzip
import hashlib
from functools import lru_cache
from typing import Any, TypedDict

import emoji
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core import jsontext

LANGUAGES = ("en", "de", "ru")
_NEWEST = 15.0  # the version of Emoji, of September 2022
_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_MAN_WOMAN = ("\U0001f468\u200d", "\U0001f469\u200d")

# First match decides, and its place is the order within the group. The first code point of an emoji counts.
_GROUPS: list[tuple[str, Any, str]] = [
    (
        "smileys",
        _("Smileys"),
        "1F600-1F606 1F609-1F60D 1F923 1F642-1F643 1FAE0 1F607-1F608 1F60E-1F60F 1F970 1F929 1F618 1F617 263A "
        "1F61A 1F619 1F972 1F61B 1F61C 1F92A 1F61D 1F911 1F917 1F92D 1FAE2 1FAE3 1F92B 1F914 1FAE1 1F910 1F928 "
        "1F610-1F616 1FAE5 1F644 1F62C 1F925 1FAE8 1F634 1F637 1F912 1F915 1F922 1F92E 1F927 1F975 1F976 1F974 "
        "1F92F 1F920 1F973 1F978 1F913 1F9D0 1FAE4 1F61E-1F641 2639 1F97A 1F979 1F971 1F924 1F92C 1F47F 1F480 "
        "2620 1F4A9 1F921 1F479-1F47B 1F47D-1F47E 1F916 1F63A-1F640 1F648-1F64A 1F48B-1F48C 2764 1F9E1 1F49B "
        "1F49A 1FA75 1F499 1F49C 1F90E 1F5A4 1FA76 1F90D 1FA77 1F493-1F498 1F49D-1F49F 2763 1F4AF 1F4A2 1F4A5 "
        "1F4AB 1F4A6 1F4A8 1F4AC 1F5E8 1F5EF 1F4AD 1F4A4",
    ),
    (
        "people",
        _("People"),
        "1F44B 1F91A 1F590 270B 1F596 1FAF1-1FAF4 1FAF7-1FAF8 1F44C 1F90C 1F90F 270C 1F91E 1FAF0 1F91F 1F918 "
        "1F919 1F448 1F449 1F446 1F595 1F447 261D 1FAF5 1F44D 1F44E 270A 1F44A 1F91B 1F91C 1F44F 1F64C 1FAF6 "
        "1F450 1F932 1F91D 1F64F 270D 1F485 1F933 1F4AA 1F9BE 1F9BF 1F9B5 1F9B6 1F442 1F9BB 1F443 1F9E0 1FAC0 "
        "1FAC1 1F9B7 1F9B4 1F440-1F441 1F445 1F444 1FAE6 1F476 1F9D1-1F9DF 1F464-1F478 1F47C 1F481-1F483 "
        "1F486-1F487 1F48F 1F491 1F57A 1F574-1F575 1F5E3 1F645-1F647 1F64B 1F64D-1F64E 1F6A3 1F6B4-1F6B6 1F6C0 "
        "1F6CC 1F385 1F936 1F926 1F930-1F931 1F934-1F935 1F937-1F93E 1F977 1F9B8-1F9B9 1F9CD-1F9CF 1FAC2-1FAC5 "
        "1F3C2-1F3C4 1F3C7 1F3CA-1F3CC 26F7 26F9 1F93A 1F463",
    ),
    (
        "nature",
        _("Animals and nature"),
        "1F435 1F412 1F98D 1F9A7 1F436 1F415 1F9AE 1F429 1F43A 1F98A 1F99D 1F431 1F408 1F981 1F42F 1F405 1F406 "
        "1F434 1F400-1F43F 1F980-1F9AD 1FACE-1FACF 1FABF 1FAB0-1FAB3 1FAB6 1FABC 1FABD 1F54A 1F577-1F578 "
        "1F331-1F335 1F337-1F33C 1F33E-1F344 1F490 1F940 1FAB4 1FAB7-1FABB 2618 1F4AE 1F3F5",
    ),
    (
        "food",
        _("Food and drink"),
        "1F347-1F353 1F95D 1F345 1F346 1F954 1F955 1F33D 1F336 1F950-1F96F 1F32D-1F330 1F354-1F37F 1F382 "
        "1F9C0-1F9CB 1FAD0-1FADB 2615 1F942-1F944 1F52A 1F3FA",
    ),
    (
        "travel",
        _("Travel and places"),
        "1F697-1F6A8 1F3CD-1F3CE 1F680-1F696 1F6B2 1F6F0-1F6F6 1F6F8 1F6FA-1F6FC 1F6DE 1F6DF 2708 26F5 2693 "
        "1F6E0-1F6E5 1F6E9 1F6EB-1F6EC 1F6CE 1F6D1 26FD 1F30D-1F310 1F5FA-1F5FE 1F9ED 1F3D4-1F3DF 26F0-26F4 "
        "1F3E0-1F3ED 1F3EF-1F3F0 1F492 26EA 1F54B-1F54D 1F6D5-1F6D6 26E9 26F2 26FA 1F300-1F30C 1F311-1F32C "
        "2600-2604 2614 26C4-26C8 26A1 2744 1F525 1F4A7 2B50 1FA90 1F3A0-1F3A2 1F3AA 1F9F1 1FAA8 1FAB5 231A-231B "
        "23F0-23F3 1F550-1F567 1F570 2668",
    ),
    (
        "activities",
        _("Activities"),
        "26BD-26BE 1F94E 1F3C0 1F3D0 1F3C8-1F3C9 1F3BE 1F94F 1F3B3 1F3CF-1F3D3 1F94D 1F3F8 1F94A-1F94B 1F945 26F3 "
        "26F8 1F3A3 1F93F 1F3BD 1F3BF 1F6F7 1F94C 1F3AF 1FA80-1FA81 1F52E 1FA84 1F3AE 1F579 1F3B0-1F3B2 1F9E9 "
        "1F9F8 1FA85-1FA86 1FAA9 2660-2666 265F 1F0CF 1F004 1F3B4 1F3AD 1F3A8 1F9F5-1F9F6 1FAA1-1FAA2 1F383-1F384 "
        "1F386-1F391 1F9E7-1F9E8 2728 1F380-1F381 1F396-1F397 1F39F 1F3AB 1F3C5-1F3C6 1F947-1F949",
    ),
    ("flags", _("Flags"), "1F3C1 1F6A9 1F38C 1F3F3-1F3F4 1F1E6-1F1FF"),
    (
        "symbols",
        _("Symbols"),
        "1F3E7 1F6AE 1F6B0 267F 1F6B9-1F6BC 1F6BE 1F6C2-1F6C5 26A0 1F6B8 26D4 1F6AB 1F6AD 1F6AF 1F6B1 1F6B3 1F6B7 "
        "1F4F5 1F51E 2622-2623 2B05-2B07 2190-21FF 2934-2935 1F500-1F50A 1F519-1F51D 1F6D0 269B 1F549 2600-27BF "
        "1F54E 1F52F 1F4F4 1F4F6 1F4F3 1F4F1-1F4F2 23E9-23EF 23F8-23FA 23CF 1F3A6 1F505-1F506 1F6DC 1F7F0 "
        "1F4B1-1F4B2 1F531 1F4DB 1F530 1F518 1F520-1F524 1F532-1F53D 1F7E0-1F7EB 1F4A0 2000-23FF 24C2 25AA-25FE "
        "2B1B-2B1C 2B55 3030 303D 3297-3299 0023-0039 00A9 00AE 1F170-1F251",
    ),
    ("objects", _("Objects"), "2328 2702 2709-270F 1F393-1F3BC 1F451-1F462 1F484-1F4FF 1F000-1FFFF"),
]
_OBJECTS_FIRST = {0x1F4F1, 0x1F4F2, 0x2702, 0x2709, 0x270F, 0x2712, 0x260E, 0x2328, 0x2696, 0x2697, 0x2699, 0x26D1}
_OBJECTS_FIRST |= {0x26CF, 0x2692, 0x2694, 0x26B0, 0x26B1, 0x26D3, 0x1F6AA, 0x1F6BD, 0x1F6BF, 0x1F6AC, 0x1F508}
# The order people know, and what they type that is in no name.
_ORDER = ("smileys", "people", "nature", "food", "travel", "activities", "objects", "symbols", "flags")
_MORE_WORDS = {
    "😂": "lol haha ха-ха", "🤣": "rofl lol", "👍": "yes ok да ja like", "👎": "no нет nein", "❤️": "love liebe любовь",
    "🙏": "thanks please спасибо danke bitte", "🎉": "party congratulations ура glückwunsch", "🔥": "lit hot",
    "😭": "sad cry", "😊": "happy", "🤔": "hmm", "👀": "look", "💯": "100", "🚀": "launch", "✅": "done yes ok готово",
    "👋": "hi hello bye привет hallo", "😴": "sleep", "🤷": "dunno не знаю", "🥳": "birthday", "💪": "strong",
    "😎": "cool", "☕": "coffee кофе kaffee", "🍺": "beer пиво bier", "🎂": "birthday день рождения geburtstag",
}  # fmt: skip


class EmojiGroupJSON(TypedDict):
    """`emoji`: [character, name, further words to find it by, 1 when it takes a skin tone]."""

    id: str
    name: str
    emoji: list[list[Any]]


class EmojiJSON(TypedDict):
    version: str
    language: str
    groups: list[EmojiGroupJSON]


@lru_cache(maxsize=1)
def _places() -> dict[int, tuple[str, int]]:
    """Code point -> group and place in it."""
    result: dict[int, tuple[str, int]] = {point: ("objects", point) for point in _OBJECTS_FIRST}
    for group, _name, ranges in _GROUPS:
        place = 0
        for stretch in ranges.split():
            first, _dash, last = stretch.partition("-")
            for point in range(int(first, 16), int(last or first, 16) + 1):
                result.setdefault(point, (group, place))
                place += 1
    return result


def _shown() -> list[str]:
    data, qualified = emoji.EMOJI_DATA, emoji.STATUS["fully_qualified"]
    result = []
    for character, facts in data.items():
        is_variant = (
            any(tone in character for tone in _TONES)
            or character.endswith(("\u200d♀️", "\u200d♂️", "\u200d➡️"))
            or (character.startswith(_MAN_WOMAN))
        )
        if facts["status"] == qualified and facts["E"] <= _NEWEST and not is_variant and ord(character[0]) in _places():
            result.append(character)
    return sorted(result, key=lambda each: (_places()[ord(each[0])][1], each))


def _words(name: str) -> str:
    return name.strip(":").replace("_", " ")


def _entry(character: str, language: str) -> list[Any]:
    facts = emoji.EMOJI_DATA[character]
    name = _words(facts.get(language, facts["en"]))
    aliases = [facts["en"], *facts.get("alias", ())]
    known = set(name.casefold().split())
    more = dict.fromkeys(
        word
        for source in [*map(_words, aliases), _MORE_WORDS.get(character, "")]
        for word in source.casefold().split()
        if word not in known
    )
    takes_tone = f"{character[0]}{_TONES[0]}{character[1:].removeprefix(chr(0xFE0F))}" in emoji.EMOJI_DATA
    return [character, name, " ".join(more), *([1] if takes_tone else [])]


@lru_cache(maxsize=len(LANGUAGES))
def emoji_json(language: str) -> EmojiJSON:
    emoji.config.load_language(list(LANGUAGES))
    groups: dict[str, list[list[Any]]] = {group: [] for group in _ORDER}
    for character in _shown():
        groups[_places()[ord(character[0])][0]].append(_entry(character, language))
    names = {group: name for group, name, _ranges in _GROUPS}
    with override(language):
        return {
            "version": version(),
            "language": language,
            "groups": [{"id": group, "name": str(names[group]), "emoji": groups[group]} for group in _ORDER],
        }


@lru_cache(maxsize=1)
def version() -> str:
    """New whenever anything that goes into the answer is."""
    made_of = [emoji.__version__, str(_NEWEST), *(ranges for _id, _name, ranges in _GROUPS), str(_MORE_WORDS)]
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:12]


@lru_cache(maxsize=len(LANGUAGES))
def emoji_bytes(language: str) -> tuple[bytes, bytes]:
    """The JSON, plain and gzipped."""
    plain = jsontext.encode(emoji_json(language))
    return plain, gzip.compress(plain, mtime=0)
