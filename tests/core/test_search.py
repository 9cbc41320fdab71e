"""The search kernel: the same answers from SQLite and PostgreSQL, whatever people write and type."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from core.search import Document, Index, parse_query, pipeline, vocabulary

index = Index("message")


@pytest.fixture
def table(db):
    with connection.cursor() as cursor:  # no model, so what a test before committed was not swept
        cursor.execute(f"DELETE FROM {index.table}")
    return index


def found(query) -> list[int]:
    with index.matching(parse_query(query) if isinstance(query, str) else query) as matching:
        if isinstance(matching, list):
            return sorted(matching)
        with connection.cursor() as cursor:
            cursor.execute(matching.sql, matching.params)
            return sorted(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The wireless headphones arrived", "HEADPHONE"),
        ("The wireless headphones arrived", "arrive"),
        ("We are running late", "run"),
        ("We are running late", "runn"),
        ("Ёлка уже стоит", "елка"),
        ("Мой новый велосипед", "велосипеды"),
        ("йод и йогурт", "йогурт"),
        ("Die Fahrräder stehen im Keller", "fahrrad"),
        ("Grüße aus München", "munchen"),
        ("Straße", "strasse"),
        ("un café crème", "cafe"),
        ("ﬁne print", "fine"),
        ("明日の東京会議は中止です", "東京会議"),
        ("明日の東京会議は中止です", "会"),
        ("สวัสดีครับ", "สวัสดี"),
        ("don't panic", "dont"),
        ("don’t panic", "don't"),
        ("Rechnung_2026-final.pdf", "2026 final"),
        ("happy birthday 🎂", "🎂"),
        ("नमस्ते दुनिया", "दुनिया"),
        ("C'est l'été", "été"),
    ],
)
def test_a_document_is_found(table, text, query):
    table.put([Document(1, text), Document(2, "something else entirely 别的")])
    assert found(query) == [1]


def test_all_words_are_needed_and_the_last_may_be_unfinished(table):
    table.put([Document(1, "green bicycle"), Document(2, "green house")])
    assert found("green") == [1, 2]
    assert found("green bic") == [1]
    assert found("gre bicycle") == []  # only the last one is unfinished
    assert found("green bic ") == []  # and a space finishes it


def test_tags_filter_and_never_collide_with_words(table):
    table.put([Document(1, "photo c12", ["c12"]), Document(2, "hello", ["c12", "photo"])])
    assert found(parse_query("").tagged(["photo"])) == [2]
    assert found(parse_query("photo").tagged(["c12"])) == [1]
    assert found(parse_query("").tagged(["c12"], ["photo", "file"])) == [2]


def test_indexing_again_replaces_and_forgetting_removes(table):
    table.put([Document(1, "first"), Document(2, "second")])
    table.put([Document(1, "changed")])
    assert found("first") == []
    assert found("changed") == [1]
    table.forget([1, 99])
    assert found("changed") == []
    assert found("second") == [2]


def test_many_hits_come_as_a_subquery(table):
    table.put([Document(number, "common") for number in range(1, 1203)])
    with index.matching(parse_query("common")) as matching:
        assert not isinstance(matching, list)
    assert len(found("common")) == 1202


@pytest.mark.parametrize(
    "query", ["'", "' | 'x':*", '" OR "', "a & b", "x:*", "\\", "NEAR(a b)", "-a ^b", "a\x00b", "(", "*"]
)
def test_operators_of_the_database_are_only_text(table, query):
    table.put([Document(1, "a b x or near")])
    parsed = parse_query(query)
    if not parsed.is_empty:
        found(parsed)


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_every_text_becomes_terms_without_spaces(text):
    for term in pipeline.document_terms(text):
        assert term
        assert not any(character.isspace() for character in term)
        assert len(term) <= 2 * pipeline.MAX_TERM


class EveryDocumentIsFound(HypothesisTestCase):
    @given(st.text(alphabet=st.characters(categories=["L", "N", "M", "P", "S", "Zs"]), min_size=1, max_size=30))
    @settings(max_examples=60, deadline=None)
    def test_by_its_own_text(self, text):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_message")
        index.put([Document(1, text)])
        parsed = parse_query(text)
        if not parsed.is_empty:
            with index.matching(parsed) as matching:
                assert matching == [1]


CORPUS = (
    "headphones wireless iphone samsung smartphone самсунг смартфон смартфоны meeting bicycle велосипед house horse"
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("headfones", "headphones"),
        ("wireles", "wireless"),
        ("hedphones", "headphones"),
        ("iphne", "iphone"),
        ("самсуг", "самсунг"),
        ("смартфоы", "смартфон"),
        ("bycicle", "bicycle"),
        ("meetign", "meeting"),
    ],
)
def test_typos_are_repaired(db, typed, meant):
    vocabulary.learn("trial", CORPUS.split())
    assert meant in vocabulary.repairs("trial", typed, is_unfinished=True)


def test_vocabulary_learns_letters_only_and_each_word_once(db, django_assert_num_queries):
    assert vocabulary.words_of("pa55word hunter2 ok Größe 12345 東京 don't") == {"große".replace("ß", "ss"), "dont"}
    vocabulary.learn("trial", ["hello", "hello"])
    with django_assert_num_queries(1):
        vocabulary.learn("trial", ["hello"])
    assert vocabulary.repairs("other", "helo") == []
    vocabulary.forget("trial")
    assert vocabulary.repairs("trial", "helo") == []
