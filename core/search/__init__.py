"""Full-text search of documents (kind, id) on the database that is there: FTS5 on SQLite, tsvector on PostgreSQL."""

from core.search.index import Document, Index
from core.search.query import Query, Word, parse_query

__all__ = ["Document", "Index", "Query", "Word", "parse_query"]
