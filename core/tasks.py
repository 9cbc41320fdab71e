"""Background tasks: rows in our own database, so that a task and the fact it belongs to commit or roll back together."""
