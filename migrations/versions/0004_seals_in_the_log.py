"""the openings of seals stand in the entries they belong to

Revision: 0004, after 0003. An import wrote a row more for every person, and indexed random hashes twice. The entries
lose constraints and indexes that nothing asks: the chain of hashes finds what they refused.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = "seq, command, at, day, actor, action, subject, summary, reason, changes, prev, hash"


def upgrade() -> None:
    op.create_table(
        "log_entry_new",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("command", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("opening", sa.Text(), nullable=True),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_entry")),
    )
    op.execute(f"INSERT INTO log_entry_new ({_COLUMNS}) SELECT {_COLUMNS} FROM log_entry ORDER BY seq")  # noqa: S608 - our own names
    _move_openings()
    op.drop_table("log_seal")
    op.drop_table("log_entry")
    op.rename_table("log_entry_new", "log_entry")
    op.create_index(op.f("ix_log_entry_subject"), "log_entry", ["subject"], unique=False)
    op.execute(
        "CREATE TRIGGER log_entry_no_delete BEFORE DELETE ON log_entry "
        "BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END"
    )
    # not UPDATE OF: the number of an entry can be set under the name of rowid, too
    altered = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _COLUMNS.split(", "))
    op.execute(
        f"CREATE TRIGGER log_entry_no_update BEFORE UPDATE ON log_entry WHEN {altered} "
        "BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER log_entry_only_emptied BEFORE UPDATE ON log_entry WHEN NEW.opening IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'an opening of log_entry can only be emptied'); END"
    )


def _move_openings() -> None:
    """A line for each seal of an entry, in order; a seal that somebody took away leaves an empty one, to be found."""
    connection = op.get_bind()
    seals = {row[0]: row[1] for row in connection.exec_driver_sql("SELECT hash, opening FROM log_seal")}
    entries = connection.exec_driver_sql(
        "SELECT seq, changes FROM log_entry WHERE changes LIKE '%\"sealed\":%'"
    )
    moved = []
    for seq, changes in entries.fetchall():
        lines = [seals.get(change["sealed"]) for change in json.loads(changes) if "sealed" in change]
        if any(line is not None for line in lines):
            moved.append(("\n".join(line or "" for line in lines), seq))
    if moved:
        connection.exec_driver_sql("UPDATE log_entry_new SET opening = ? WHERE seq = ?", moved)
