"""Which revision of the schema a database has, and the way from an older one to this program's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pressctl import bundled
from pressctl.errors import DatabaseError
from pressctl.storage.complaints import trouble
from pressctl.storage.sqlite import Store, lost_references

if TYPE_CHECKING:
    from sqlalchemy import Connection

HEAD = "0007"
"""The revision this program works with; a test compares it with the migrations."""


def known_revisions() -> frozenset[str]:
    """Revisions that the shipped migrations can start from, read from their file names."""
    return frozenset(
        p.name.split("_", 1)[0] for p in (bundled.migrations_dir() / "versions").glob("[0-9]*.py")
    )


def require_head(path: Path, found: str | None) -> None:
    """Raises DatabaseError when the revision found is of a foreign database, or older or newer than this program."""
    if found == HEAD:
        return
    if found is None:
        raise DatabaseError(
            "foreign_database",
            f"{path} 不是 pressctl 的数据库。",
            next_step="请检查 --db 或 PRESSCTL_DB 所指的文件。",
        )
    if found in known_revisions():
        raise DatabaseError(
            "old_database",
            f"数据库 {path} 的版本 {found} 早于本程序（{HEAD}）。",
            next_step="请运行 pressctl db upgrade 升级，升级前会自动备份。",
        )
    raise DatabaseError(
        "newer_database",
        f"数据库 {path} 的版本 {found} 比本程序（{HEAD}）新。",
        next_step="请升级 pressctl 后再用，不要用旧程序改写它。",
    )


def migrate(
    store: Store,
    wanted: Callable[[], bool] | None = None,
    *,
    to: str = "head",
    finish: Callable[[Connection], None] | None = None,
) -> None:
    """Run the migrations with foreign keys off (batch mode would cascade), then check them all. One transaction.

    `wanted` is asked under the lock, before anything is changed; `finish` works on the connection afterwards.
    """
    from sqlalchemy.exc import DatabaseError as DriverError

    with store.engine(foreign_keys=False) as engine:
        try:
            with engine.begin() as connection:
                if wanted is None or wanted():
                    run(connection, to)
                    if finish:
                        finish(connection)
        except DriverError as error:
            raise trouble(store.path, error.orig or error) from error


def run(connection: Connection, to: str) -> None:
    """The migrations up to a revision, within the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(bundled.migrations_dir()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    if lost := lost_references(connection):
        raise DatabaseError("migration", f"升级后有 {lost} 处引用失效，已全部撤销。")
