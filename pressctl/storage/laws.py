"""Which regulation a database keeps, read without the ORM: help and parsers ask for it, and wait for nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from pressctl.errors import DatabaseError
from pressctl.storage.connection import connect


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
    except (sqlite3.Error, OSError, DatabaseError):  # the command that needs the database says so
        return {}
