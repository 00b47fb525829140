"""Alembic's entry. pressctl hands over its own connection; without one, `-x db=FILE` names the database."""

from __future__ import annotations

import sqlite3

from alembic import context
from sqlalchemy import Connection, create_engine

from pressctl.storage.tables import METADATA


def run() -> None:
    """Run the migrations in the transaction of whoever called, batch mode for SQLite."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        file = context.get_x_argument(as_dictionary=True)["db"]
        # by its path: pasted into an address, % and ? in it would mean something
        with create_engine("sqlite://", creator=lambda: sqlite3.connect(file)).begin() as own:
            _run_on(own)
    else:
        _run_on(connection)


def _run_on(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    context.run_migrations()


run()
