"""Reading without the ORM: help, parsers and the calendar ask for this, and wait for nothing."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from pressctl.core.notices import Notice
from pressctl.core.text import from_json
from pressctl.errors import DatabaseError
from pressctl.storage.complaints import BROKEN
from pressctl.storage.connection import connect
from pressctl.storage.notices import notice_of
from pressctl.storage.sqlite import Store


def kept_laws(path: Path, known: Callable[[str, str], object]) -> dict[str, str | None]:
    """{name: text} of the regulation and profiles that are kept; None for the text of what is `known` by name and
    SHA-256. Empty where there is no database, or none that can be read."""
    try:
        if not path.is_file():
            return {}
        with closing(connect(path, wait_seconds=1, reading=True)) as connection:
            found = connection.execute("SELECT name, sha256 FROM profile ORDER BY id").fetchall()
            return {
                name: None
                if known(name, sha256)
                else connection.execute("SELECT text FROM profile WHERE name = ?", (name,)).fetchone()[0]
                for name, sha256 in found
            }
    except (*BROKEN, OSError, DatabaseError):  # the command that needs the database says so
        return {}


def notices(store: Store) -> tuple[Notice, ...]:
    """The imported notices."""
    with store.raw(reading=True) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute("SELECT * FROM notice ORDER BY id").fetchall()
    try:
        return tuple(notice_of(_typed(row)) for row in found)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        from pressctl.storage import unit_of_work

        if damage := unit_of_work.damage(store):
            raise damage from error
        raise


def _typed(row: sqlite3.Row) -> dict[str, Any]:
    issued = row["issued"] and dt.date.fromisoformat(row["issued"])
    return {**row, "days": from_json(row["days"]), "issued": issued, "amends": bool(row["amends"])}
