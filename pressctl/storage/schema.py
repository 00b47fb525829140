"""Whether the schema of a database is the one that the migrations make."""

from __future__ import annotations

from functools import cache

from pressctl.storage import revisions, sqlite
from pressctl.storage.sqlite import Store


def changes(store: Store, revision: str = revisions.HEAD) -> list[str]:
    """Tables, indexes and triggers that are not as the migrations make them: altered, added or taken away by hand."""
    wanted, found = _migrated(revision), _folded(store.definitions())
    return [name for name in sorted(wanted.keys() | found.keys()) if wanted.get(name) != found.get(name)]


def _folded(definitions: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """White space and quotes folded, clauses in order: Alembic writes those of a table built anew in any order."""
    return {name: _clauses(sql) for name, sql in definitions.items()}


def _clauses(sql: str) -> tuple[str, ...]:
    head, _, body = " ".join(sql.replace('"', "").split()).partition("(")
    inner, _, tail = body.rpartition(")")
    return (head.strip(), tail.strip(), *sorted(clause.strip() for clause in inner.split(",")))


@cache
def _migrated(revision: str) -> dict[str, tuple[str, ...]]:
    """As the migrations make it, in memory."""
    with sqlite.nowhere() as connection:
        revisions.run(connection, revision)
        return _folded(sqlite.definitions_in(sqlite.driver_of(connection)))
