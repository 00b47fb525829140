"""Alembic's entry. pressctl hands over its own connection; without one, `-x db=FILE` names the database."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine

from pressctl.storage.tables import METADATA


def run() -> None:
    """Run the migrations in the transaction of whoever called, batch mode for SQLite."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        file = context.get_x_argument(as_dictionary=True)["db"]
        with create_engine(f"sqlite:///{file}").begin() as own:
            _run_on(own)
    else:
        _run_on(connection)


def _run_on(connection: object) -> None:
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    context.run_migrations()


run()
