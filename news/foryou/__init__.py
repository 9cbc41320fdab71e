"""The reader's own front page: what is gathered (pool), how it is ordered (picking), and a page of it (front)."""
