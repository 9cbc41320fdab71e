"""Markup in, plain text and entities out, and back; whatever people or attackers write."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import utf16
from core.errors import Invalid
from core.limits import MENTIONS_PER_MESSAGE, MESSAGE_CHARS
from messenger.entities import end_of, is_nested, position
from messenger.markup import to_markup
from messenger.mentions import mentioned_users, resolve_mentions
from messenger.models import Chat, Membership
from messenger.text import clean_entities, normalise, parse, prepare


def entity(kind, offset, length, **more):
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("plain", "plain", []),
        ("a **b** c", "a b c", [entity("bold", 2, 1)]),
        ("_it_ __is__", "it is", [entity("italic", 0, 2), entity("italic", 3, 2)]),
        ("~~old~~ ||secret||", "old secret", [entity("strike", 0, 3), entity("spoiler", 4, 6)]),
        ("**a _b_**", "a b", [entity("bold", 0, 3), entity("italic", 2, 1)]),
        ("`**x**` y", "**x** y", [entity("code", 0, 5)]),
        ("`` a`b ``", "a`b", [entity("code", 0, 3)]),
        ("```py\n  x = 1\n```\nso", "  x = 1\nso", [entity("pre", 0, 7, language="py")]),
        ("yes\n> one\n> two\nno", "yes\none\ntwo\nno", [entity("quote", 4, 7)]),
        ("[here](https://e.org/a_(b)).", "here.", [entity("link", 0, 4, url="https://e.org/a_(b)")]),
        ("see www.e.org.", "see www.e.org.", [entity("link", 4, 9, url="https://www.e.org")]),
        ("(https://e.org/x_y)", "(https://e.org/x_y)", [entity("link", 1, 17, url="https://e.org/x_y")]),
        ("😀 **b**", "😀 b", [entity("bold", 3, 1)]),
        ("hi @Bob_1, #Tag", "hi @Bob_1, #Tag", [entity("mention", 3, 6), entity("hashtag", 11, 4)]),
        ("#हिन्दी", "#हिन्दी", [entity("hashtag", 0, 7)]),
        # What only looks like markup stays as it was written.
        ("snake_case_name 2**3**4 a||b||c", "snake_case_name 2**3**4 a||b||c", []),
        ("¯\\_(ツ)_/¯", "¯\\_(ツ)_/¯", []),
        ("**** ____ ``` ``` > no", "**** ____ ``` ``` > no", []),
        ("** a **", "** a **", []),
        ("**a\n\nb**", "**a\n\nb**", []),
        ("me@bob.com #12", "me@bob.com #12", []),
        (r"\*\*no\*\*", "**no**", []),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))", []),
        ("[x](data:text/html,1)", "[x](data:text/html,1)", []),
        ("[https://bank.example](https://thief.example)", "[https://bank.example](https://thief.example)", None),
    ],
)
def test_markup_becomes_text_and_entities(markup, text, entities):
    parsed = parse(markup)
    assert parsed.text == text
    if entities is not None:
        assert parsed.entities == entities
    assert not any(each.get("url", "").startswith("https://thief") and each["offset"] == 0 for each in parsed.entities)


def test_handles_are_named_once_in_lower_case():
    assert parse("@Alice and @bob and @ALICE").handles == ["alice", "bob"]


def test_nobody_can_mention_a_whole_town():
    assert len(parse(" ".join(f"@person{number}" for number in range(90))).handles) == MENTIONS_PER_MESSAGE


def test_no_entity_inside_code():
    parsed = parse("```\n@bob **x** https://e.org\n``` and `#tag`")
    assert [each["type"] for each in parsed.entities] == ["pre", "code"]
    assert parsed.handles == []


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00\x07b\tc", "ab\tc"),
        ("  \n a \u200b\n", "a"),
        ("a\n\n\n\n\n\n\nb", "a\n\n\n\nb"),
        ("\ud800a", "a"),
        ("z" + "\u0301" * 500, "z" + "\u0301" * 16),
        ("\u3164\u2800", ""),
    ],
)
def test_text_is_normalised(raw, normal):
    assert normalise(raw) == normal
    assert normalise(normal) == normal


def test_length_is_limited():
    assert parse("x" * MESSAGE_CHARS).text == "x" * MESSAGE_CHARS
    with pytest.raises(Invalid) as caught:
        parse("x" * (MESSAGE_CHARS + 1))
    assert caught.value.code == "text_too_long"
    assert caught.value.extra["limit"] == MESSAGE_CHARS


HOSTILE = [
    *["*", "**", "** ", "_", "__a", "~~", "||", "`", "``", "```a", "[", "[a](http://", "[\\", "[¯\\[", "](", "("],
    *[
        "http://a",
        "www.a",
        "@abc",
        "#1",
        "#a",
        "\\",
        ">",
        "> \n",
        "\n",
        "\n \t",
        "\u0301",
        "e\u0301",
        "**_~~||`[",
        "😀",
    ],
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_repetition_takes_linear_time(unit):
    hostile = unit * (100_000 // max(1, len(unit)))
    started = time.process_time()
    try:
        parse(hostile)
    except Invalid:
        pass
    assert time.process_time() - started < 2.0  # about 0.1 s; quadratic would be minutes


ALPHABET = st.sampled_from([*"*_~|`[]()>\\@# \nab1é😀ツ", "**", "__", "||", "~~", "```", "> ", "https://e.org", "](https://a.b)", "@bob", "\r", "\x00"])  # fmt: skip  # noqa: E501
MARKUP = st.lists(ALPHABET, max_size=60).map("".join)


@given(MARKUP)
@settings(max_examples=600, deadline=None)
def test_entities_are_always_sorted_nested_and_inside_the_text(markup):
    parsed = parse(markup)
    offsets = utf16.Offsets(parsed.text)
    assert parsed.entities == sorted(parsed.entities, key=position)
    assert is_nested(parsed.entities)
    for each in parsed.entities:
        assert each["length"] > 0
        offsets.index(each["offset"]), offsets.index(end_of(each))
    assert clean_entities(parsed.text, parsed.entities) == parsed.entities


@given(MARKUP)
@settings(max_examples=600, deadline=None)
def test_editing_without_a_change_changes_nothing(markup):
    parsed = parse(markup)
    again = parse(to_markup(parsed.text, parsed.entities))
    assert again.text == parsed.text


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_accepted_and_normalised_once(text):
    parsed = parse(text)
    parsed.text.encode("utf-16-le")
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet="ab \r\n\x00😀\u200b", max_size=40), st.data())
@settings(max_examples=300, deadline=None)
def test_entities_a_client_sent_follow_their_text_through_normalisation(text, data):
    offsets = utf16.Offsets(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if start == end:
        return
    sent = [entity("bold", offsets.units(start), offsets.units(end) - offsets.units(start))]
    prepared = prepare(text, sent)
    assert prepared.text == normalise(text)
    letters = [each for each in text[start:end] if each in "ab😀"]
    after = utf16.Offsets(prepared.text)
    covered = [
        prepared.text[after.index(each["offset"]) : after.index(end_of(each))] for each in prepared.entities
    ]  # fmt: skip
    assert [each for each in "".join(covered) if each in "ab😀"] == letters


def test_client_entities_are_kept_and_mentions_and_links_found():
    prepared = prepare("**hi** @bob https://e.org", [entity("bold", 0, 6)])
    assert prepared.text == "**hi** @bob https://e.org"
    assert [each["type"] for each in prepared.entities] == ["bold", "mention", "link"]
    assert prepared.handles == ["bob"]


@pytest.mark.parametrize(
    "entities",
    [
        [entity("bold", -1, 2)],
        [entity("bold", 0, 0)],
        [entity("bold", 0, 99)],
        [entity("bold", 3, 1)],  # half of the emoji
        [entity("blink", 0, 2)],
        [entity("bold", 0, 3), entity("italic", 2, 3)],
        [entity("code", 0, 3), entity("bold", 1, 1)],
        [entity("link", 0, 2, url="javascript:alert(1)")],
        [entity("link", 0, 2, url="https://e.org/\nx")],
        [entity("link", 0, 2)],
        [entity("mention", 0, 2)],
        [entity("bold", True, 2)],
        [entity("bold", 0, 2), entity("bold", 0, 2)],
        [entity("pre", 0, 2, language="<b>")],
        [entity("bold", 0, 1)] * 257,
        "bold",
        [None],
    ],
)
def test_bad_entities_are_refused(entities):
    with pytest.raises(Invalid) as caught:
        prepare("ab😀cdef", entities)
    assert caught.value.code == "bad_entities"


def test_mentions_are_found_among_members_with_one_query(alice, bob, charlie, django_assert_num_queries):
    here, there = Chat.objects.create(kind="group"), Chat.objects.create(kind="group")
    Membership.objects.create(chat=here, user=bob)
    Membership.objects.create(chat=here, user=charlie, state=Membership.State.LEFT)
    Membership.objects.create(chat=there, user=alice)
    parsed = parse("@Bob @alice @charlie @nobody @bob")
    with django_assert_num_queries(1):
        users = mentioned_users({here.pk: parsed.handles, there.pk: ["alice"]})
    assert users == {here.pk: {"bob": bob.pk}, there.pk: {"alice": alice.pk}}
    entities, ids = resolve_mentions(parsed, users[here.pk])
    assert ids == [bob.pk]
    assert [each.get("user") for each in entities] == [bob.pk, None, None, None, bob.pk]


def test_no_mention_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert mentioned_users({1: []}) == {1: {}}
