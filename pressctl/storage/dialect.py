"""Statements in SQLite's own words, on a connection of SQLAlchemy: what another engine says otherwise.

Everything else is written in SQLAlchemy's words, or in SQL that all engines read alike.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, func, select

from pressctl.storage.sqlite import driver_of


def any_of(values: Collection[str | int]) -> Select[Any]:
    """Any number of values as one parameter."""
    listed = func.json_each(json.dumps(list(values))).table_valued("value")
    return select(listed.c.value)


def is_reference(column: Column[str]) -> ColumnElement[bool]:
    """Whether a subject of the log is a release's reference."""
    return column.op("GLOB")("[12][0-9][0-9][0-9]-*")


def insert_many(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Rows of plain values in the order of the named columns, through the driver itself: SQLAlchemy's handling of
    each parameter takes longer than SQLite's insert."""
    if rows:
        listed, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        statement = f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})'  # noqa: S608 - our own names
        connection.exec_driver_sql(statement, rows)


def as_they_are(
    connection: Connection, table: Table, names: Sequence[str] | None = None
) -> Iterator[dict[str, Any]]:
    """A table's rows by key, as the file's raw values: a hand may have left anything. Text that is no UTF-8 is read as
    something that no hash and no log agrees with."""
    driver_of(connection).text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    (key,) = table.primary_key.columns.keys()
    listed = "*" if names is None else ", ".join(names)
    rows = connection.exec_driver_sql(f'SELECT {listed} FROM "{table.name}" ORDER BY "{key}"')  # noqa: S608 - our own names
    return (dict(row) for row in rows.mappings())


def entered_after_held(connection: Connection) -> set[int]:
    """Ids of records that the log has after the entry by which their release was held; only of entries of before
    revision 0005, whose desk's day is not known."""
    rows = connection.exec_driver_sql(
        "SELECT json_extract(c.value, '$.key') FROM log_entry l, json_each(l.changes) c "
        "WHERE l.desk IS NULL AND json_extract(c.value, '$.table') = 'record' "
        "AND json_extract(c.value, '$.op') = 'insert' AND l.seq > (SELECT max(h.seq) FROM log_entry h "
        "WHERE h.subject = l.subject AND h.action = 'record.held' AND h.changes LIKE '%\"status\":\"held\"%')"
    )
    return {key for (key,) in rows}


def imported_before_0005(connection: Connection) -> list[tuple[int, str]]:
    """(unit's id, ISO day) of the rosters that came by import before revision 0005."""
    first = connection.exec_driver_sql("SELECT desk IS NULL FROM log_entry WHERE seq = 1").scalar()
    if not first:
        return []
    rows = connection.exec_driver_sql(
        "SELECT DISTINCT a.unit_id, l.day FROM log_entry l JOIN appointment a "
        "ON a.person_id = CAST(substr(l.subject, 2) AS INTEGER) AND a.registered_on = l.day "
        "WHERE l.action = 'register.import' AND l.desk IS NULL AND l.subject LIKE 'P%' ORDER BY l.day, a.unit_id"
    )
    return [(unit_id, day) for unit_id, day in rows]


def referenced_files(connection: Connection) -> dict[str, str]:
    """{sha256: where it is referenced} of every attachment and record file, whatever kind of value stands there."""
    rows = connection.exec_driver_sql(
        "SELECT CAST(sha256 AS TEXT), ref || ' ' || name FROM attachment UNION ALL "
        "SELECT CAST(sha256 AS TEXT), '记录 ' || id || ' ' || ifnull(file_name, '') FROM record "
        "WHERE sha256 IS NOT NULL"
    )
    return {row[0]: str(row[1]) for row in rows}
