"""The unit of work: all that a command changes, with its log entries, or nothing.

It stands over a store, which knows what is the engine's own: here no statement is written in an engine's dialect.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError as DriverError
from sqlmodel import Session

from pressctl.errors import DatabaseError, PressctlError
from pressctl.storage import log, place
from pressctl.storage.attachments import Staging
from pressctl.storage.complaints import of_content, unreadable
from pressctl.storage.repository import Repository
from pressctl.storage.revisions import require_head
from pressctl.storage.sqlite import Store


@contextlib.contextmanager
def reading(store: Store) -> Iterator[Repository]:
    """A Repository on one consistent snapshot."""
    with session(store, reading=True) as opened:
        yield Repository(opened)


@contextlib.contextmanager
def writing(
    store: Store, journal: log.Journal, *, dry_run: bool = False, staging: Staging | None = None
) -> Iterator[Repository]:
    """A Repository in one write transaction: all of it is committed with its log entries, or nothing.

    `staging` holds files that its rows refer to; they take their places right before the commit. A dry run is the real
    run, rolled back at the end.
    """
    with session(store, reading=False) as opened:
        journal.listen(opened)
        yield Repository(opened, journal)
        opened.flush()
        journal.append(opened.connection())
        if dry_run:
            opened.rollback()
            return
        if staging:
            staging.settle()
        opened.commit()


def within(connection: Connection, command: log.Command, enter: Callable[[Repository], None]) -> None:
    """Let `enter` write within the transaction of a connection, with its log entries; whoever began it commits."""
    journal = log.Journal(command)
    with Session(bind=connection, expire_on_commit=False, join_transaction_mode="rollback_only") as opened:
        journal.listen(opened)
        enter(Repository(opened, journal))
        opened.flush()
        journal.append(connection)


def damage(store: Store) -> DatabaseError | None:
    """What a hand in the file has done to rows or log, as the error that a command tells which comes upon it."""
    with session(store, reading=True) as opened:
        said = log.tampering(opened.connection())
    return unreadable(said) if said else None


@contextlib.contextmanager
def session(store: Store, *, reading: bool) -> Iterator[Session]:
    """The one boundary to the tables: a value that no code of ours wrote is told as damage, not as a traceback."""
    place.require_there(store.path)
    with store.connected(reading=reading) as connection:
        opened = Session(bind=connection, expire_on_commit=False, autoflush=True)
        try:
            opened.connection()  # begin now: a writer takes the lock before it reads what it decides by
            # inside, not before: while a writer waited, a restore may have put an older one here
            require_head(store.path, store.revision_in(connection))
            yield opened
        except PressctlError:
            raise
        except Exception as error:
            if isinstance(error, DriverError) and not of_content(error.orig):
                raise
            opened.rollback()  # so that only what is committed is judged
            if said := log.tampering(connection):
                raise unreadable(said) from error
            raise  # a constraint or a case that a use case should have spoken of first: a bug
        finally:
            opened.close()
