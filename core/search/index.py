"""The index of one kind of document. All SQL of search is in this file.

The tables are no models (one is a virtual table, the other holds a tsvector): create() is called by a migration
of the app that owns the documents. Rows are written in the transaction that writes the document, so the
index is right after every crash.
"""
# ruff: noqa: S608, S611  (the table's name is checked to be an identifier; every value is a parameter)

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.apps.registry import Apps
from django.db import connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.models.expressions import RawSQL

from core.search import pipeline
from core.search.query import Query, Word

_FEW = 1_000  # hits


class Document(NamedTuple):
    id: int
    text: str
    tags: Sequence[str] = ()  # facts to filter by: no letters, digits or spaces are forbidden but the space
    terms: Collection[str] = ()  # of the pipeline, beside those of the text


class Index:
    def __init__(self, kind: str) -> None:
        if not kind.isidentifier():
            raise ValueError(kind)
        self.table = f"search_{kind}"

    def put(self, documents: Iterable[Document]) -> None:
        """Index the documents, or index them again, with one statement."""
        rows = [(each.id, _terms(each)) for each in documents]
        if not rows:
            return
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                vectors = [" ".join(map(_postgres_quote, terms)) for _, terms in rows]
                cursor.execute(
                    f"INSERT INTO {self.table} (id, terms) SELECT * FROM unnest(%s::bigint[], %s::text[]::tsvector[])"
                    " ON CONFLICT (id) DO UPDATE SET terms = excluded.terms",
                    [[row[0] for row in rows], vectors],
                )
            else:
                cursor.executemany(
                    f"INSERT OR REPLACE INTO {self.table} (rowid, terms) VALUES (%s, %s)",
                    [(id_, " ".join(terms)) for id_, terms in rows],
                )

    def forget(self, ids: Iterable[int]) -> None:
        ids = list(ids)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"DELETE FROM {self.table} WHERE id = ANY(%s)", [ids])
            else:
                cursor.executemany(f"DELETE FROM {self.table} WHERE rowid = %s", [(each,) for each in ids])

    @contextmanager
    def matching(self, query: Query) -> Iterator[RawSQL | list[int]]:
        """For `filter(pk__in=…)`, evaluated inside the `with`. Permission, order and paging are the caller's.

        Few hits come as ids. Many come as a subquery, so that the newest are found without collecting all.
        PostgreSQL cannot be left to choose: it estimates prefixes so badly that it would rather read all
        messages of a person than look up ten hits (49 ms instead of 3 among 200,000; bench/search.py).
        """
        if query.is_empty:
            raise ValueError("an empty query finds everything")
        if connection.vendor == "postgresql":
            with transaction.atomic(), connection.cursor() as cursor:
                yield self._postgres_matches(cursor, _postgres_query(query))
        else:
            sql, parameters = f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH %s", [_sqlite_query(query)]
            with connection.cursor() as cursor:
                cursor.execute(f"{sql} LIMIT {_FEW}", parameters)
                ids = [row[0] for row in cursor.fetchall()]
            yield ids if len(ids) < _FEW else RawSQL(sql, parameters)

    def some(self, query: Query, limit: int) -> tuple[RawSQL, int]:
        """At most so many hits, whichever, for `filter(pk__in=…)`; and how many they are. For counting."""
        if query.is_empty:
            raise ValueError("an empty query finds everything")
        with transaction.atomic(), connection.cursor() as cursor:
            # As one parameter: Django and psycopg would spend longer on thousands than the database does.
            if connection.vendor == "postgresql":
                ids = self._postgres_ids(cursor, _postgres_query(query), limit)
                return RawSQL("SELECT unnest(%s::bigint[])", [ids]), len(ids)
            sql = f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH %s LIMIT %s"
            cursor.execute(sql, [_sqlite_query(query), limit])
            ids = [row[0] for row in cursor.fetchall()]
            return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)]), len(ids)

    def _postgres_matches(self, cursor: CursorWrapper, written: str) -> RawSQL | list[int]:
        ids = self._postgres_ids(cursor, written, _FEW)
        if len(ids) < _FEW:
            return ids
        return RawSQL(f"SELECT id FROM {self.table} WHERE terms @@ %s::tsquery", [written])

    def _postgres_ids(self, cursor: CursorWrapper, written: str, limit: int) -> list[int]:
        # A bitmap of the hits is quick however many they are; any other plan may read the whole table.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        cursor.execute(f"SELECT id FROM {self.table} WHERE terms @@ %s::tsquery LIMIT %s", [written, limit])
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on")
        return ids

    def create(self, _apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"CREATE TABLE {self.table} (id bigint PRIMARY KEY, terms tsvector NOT NULL)")
            # A short list of pending entries: merging a long one would stall the message that happens to fill it.
            editor.execute(
                f"CREATE INDEX {self.table}_terms ON {self.table} USING gin (terms) WITH (gin_pending_list_limit = 256)"
            )
        else:
            # Terms come ready made: everything but spaces is part of a term.
            editor.execute(
                f"CREATE VIRTUAL TABLE {self.table} USING fts5(terms, detail=none,"
                " tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'\")"
            )

    def drop(self, _apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        editor.execute(f"DROP TABLE {self.table}")


def _terms(document: Document) -> set[str]:
    return pipeline.document_terms(document.text).union(document.terms, (f"={tag}" for tag in document.tags))


def _postgres_quote(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def _postgres_query(query: Query) -> str:
    return _write(query, quote=_postgres_quote, prefix=":*", either=" | ", both=" & ", but=" & !")


def _sqlite_query(query: Query) -> str:
    return _write(query, quote=lambda term: f'"{term}"', prefix="*", either=" OR ", both=" AND ", but=" NOT ")


def _write(
    query: Query, *, quote: Callable[[str], str], prefix: str, either: str, both: str, but: str
) -> str:  # fmt: skip
    def choice(parts: Iterable[str]) -> str:
        return f"({either.join(parts)})"

    def word(each: Word) -> str:
        return choice(
            [*(quote(form) for form in sorted(each.forms)), *(quote(p) + prefix for p in sorted(each.prefixes))]
        )

    parts = [choice(quote(f"={tag}") for tag in sorted(group)) for group in query.tags]
    parts += [word(each) for each in query.words]
    written = both.join(parts)
    for unless in query.unless:
        refused = _write(unless, quote=quote, prefix=prefix, either=either, both=both, but=but)
        written = f"({written}){but}({refused})"
    return written
