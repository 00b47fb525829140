"""One database and the attachments beside it: how it is made, found, upgraded and worked with.

What each of these takes is in the rooms around: the place of the file, the store (SQLite's own), the revisions and the
unit of work, which alone loads the ORM.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from pressctl import durable
from pressctl.errors import DatabaseError, PressctlError
from pressctl.storage import place, quick, revisions
from pressctl.storage.complaints import told_of, unwritten
from pressctl.storage.revisions import HEAD
from pressctl.storage.sqlite import WAIT_SECONDS, Store

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pressctl.core.notices import Notice
    from pressctl.storage.attachments import Staging
    from pressctl.storage.log import Command
    from pressctl.storage.repository import Repository


class Database:
    """One database file and the attachments beside it."""

    def __init__(
        self,
        path: Path,
        *,
        wait_seconds: float = WAIT_SECONDS,
        on_wait: Callable[[float], None] | None = None,
        on_written: Callable[[bool], None] | None = None,
    ) -> None:
        # where a link stands, the file is where it leads, and so are its log, its attachments and its copies
        self._linked = os.path.islink(path)  # noqa: PTH114 - raises nothing
        self.path = Path(os.path.realpath(path)) if self._linked else path.absolute()
        self.store = Store(self.path, wait_seconds=wait_seconds, on_wait=on_wait)
        self._on_written = on_written

    @property
    def attachments(self) -> Path:
        """The folder of attached files, each named by its SHA-256."""
        return self.path.parent / "attachments"

    def written(self, *, logged: bool = True) -> None:
        """Tell whoever wants to know that something has been written for good, and whether the log tells of it."""
        if self._on_written:
            self._on_written(logged)

    # -- the file --------------------------------------------------------------------------------

    def exists(self) -> bool:
        """Whether anything stands at the path. Raises DatabaseError where that cannot be told."""
        return place.exists(self.path)

    def folder(self) -> AbstractContextManager[Path]:
        """The data directory, made if it has to be (`place.folder`)."""
        return place.folder(self.path, linked=self._linked)

    def create(self, begin: Callable[[Path], None] | None = None) -> bool:
        """Create folder and database, owner-only, at the newest revision. True when it is new.

        It is made beside its place, where `begin` may write its first entries, and takes its name when it is whole;
        of two that make it at once, one does.
        """
        if self.exists():
            self.require_current()
            durable.sweep(self.path.parent)
            return False
        place.require_nameable(self.path)
        place.require_no_logs(self.path)
        try:
            with self.folder(), durable.beside(self.path) as made, told_of(self.path, made.parent):
                fresh = Store(made)
                with fresh.made():
                    revisions.migrate(fresh)
                    if begin:
                        begin(made)
        except FileExistsError:
            self.require_current()
            return False
        except OSError as error:
            raise unwritten(self.path, error) from error
        self.written()
        with contextlib.suppress(OSError):  # else the first attachment makes it, or says why it cannot
            durable.make_private(self.attachments)
        return True

    def require_current(self) -> None:
        """Raises DatabaseError when the file is missing, foreign, older or newer than this program."""
        place.require_there(self.path)
        revisions.require_head(self.path, self.store.revision())

    def upgrade(
        self,
        backup_to: Path | None,
        enter: Callable[[Repository], None] | None = None,
        command: Command | None = None,
    ) -> tuple[str, str, Path | None]:
        """Bring an older file to HEAD, after a copy of it under `backup_to` or the next free name, and under one lock.

        What `enter` does with a repository, the log's entries for it under `command` included, belongs to the same
        transaction. Returns (from, to, the copy).
        """
        place.require_there(self.path)
        found = self.store.revision()
        if found not in {HEAD, *revisions.known_revisions()}:
            revisions.require_head(self.path, found)
        assert found is not None
        kept: list[Path] = []

        def keep() -> bool:
            if self.store.revision() == HEAD:  # another has done it while this one waited
                return False
            if backup_to is not None:
                kept.append(self.store.copy(backup_to))
            return True

        def finish(connection: Connection) -> None:
            from pressctl.storage import unit_of_work

            if enter and command:
                unit_of_work.within(connection, command, enter)

        if found != HEAD:
            revisions.migrate(self.store, keep, finish=finish)
            self.written()
        return found, HEAD, kept[0] if kept else None

    def notices(self) -> tuple[Notice, ...]:
        """The imported notices, without loading the ORM."""
        return quick.notices(self.store)

    # -- the work --------------------------------------------------------------------------------

    def reading(self) -> AbstractContextManager[Repository]:
        """A Repository on one consistent snapshot."""
        from pressctl.storage import unit_of_work

        return unit_of_work.reading(self.store)

    @contextlib.contextmanager
    def writing(
        self,
        action: str,
        *,
        actor: str,
        day: dt.date,
        at: dt.datetime,
        desk: dt.date | None = None,
        dry_run: bool = False,
        staging: Staging | None = None,
    ) -> Iterator[Repository]:
        """A Repository in one write transaction: all of it is committed with its log entries, or nothing.

        `day` is the business day claimed, `desk` the one on which it is entered (the same where none is given), `at`
        the real clock. `staging` holds files that its rows refer to; they take their places right before the commit. A
        dry run is the real run, rolled back at the end.
        """
        from pressctl.storage import unit_of_work
        from pressctl.storage.log import Command, Journal

        journal = Journal(Command(action, actor, day, at, desk or day))
        try:
            with unit_of_work.writing(self.store, journal, dry_run=dry_run, staging=staging) as repository:
                yield repository
        except BaseException as error:
            # after a failed wait for the disk nobody knows what the next one to open the file will find
            if staging and staging.settled and getattr(error, "code", None) != "disk":
                with contextlib.suppress(PressctlError):
                    self.drop_unreferenced(staging.settled)
            raise
        if journal.entries and not dry_run:
            self.written()

    def damage(self) -> DatabaseError | None:
        """Rows that are not as the log tells them, as the error they cause. None where all is sound, and where that cannot
        be looked into: then whoever asked has another trouble."""
        from pressctl.storage import unit_of_work

        try:
            return unit_of_work.damage(self.store)
        except (DatabaseError, LookupError, ValueError, OSError):
            return None

    def drop_unreferenced(self, only: frozenset[str] | None = None, *, dry_run: bool = False) -> list[str]:
        """Remove attached files that no row refers to (`unreferenced.drop`)."""
        from pressctl.storage import unreferenced

        return unreferenced.drop(self.store, self.attachments, only, dry_run=dry_run)
