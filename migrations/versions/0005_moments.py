"""hours beside days, the desk's day beside the day claimed, a plan's period

Revision: 0005, after 0004. What is judged by before and after needs the hour where a day does not tell: of filing,
consultation, signatures, the event itself and every record. An entry of the log and a record keep the desk's day, the
day on which somebody sat down and entered it. A release keeps its first complete receipt, the day it was given up, and
the period that a plan names instead of a day. Everything stands empty for what was entered before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_RECORDS = (
    "filed", "archived", "statement", "half_year", "meeting", "training", "line", "coorganise", "joint",
    "office_setup", "county_system", "registration", "roster", "assessment", "trigger", "waiver", "reviewed",
    "material", "invitation", "interview", "delegation", "reminder", "freeze", "plan", "schedule", "response",
    "field", "impact", "consulted",
)  # fmt: skip
_ATTACHMENTS = ("programme", "source_material", "press_text", "line", "released_text", "other")
_LOGGED = "seq, command, at, day, actor, action, subject, summary, reason, changes, prev, hash, desk"


def upgrade() -> None:
    with op.batch_alter_table("release", schema=None) as batch_op:
        for name in ("filed_time", "held_time", "consulted_time"):
            batch_op.add_column(sa.Column(name, sa.Time(), nullable=True))
        for name in ("received_on", "closed_on"):
            batch_op.add_column(sa.Column(name, sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("period", sa.String(), nullable=True))
    with op.batch_alter_table("approval_step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("at", sa.Time(), nullable=True))
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("at", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("entered", sa.Date(), nullable=True))
        batch_op.drop_constraint(op.f("ck_record_kind_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_record_kind_known"), _one_of("kind", _RECORDS))
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_attachment_kind_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_attachment_kind_known"), _one_of("kind", _ATTACHMENTS))
    # the log is not built anew: its entries are never copied without need
    op.execute("ALTER TABLE log_entry ADD COLUMN desk DATE")
    op.create_index(op.f("ix_log_entry_day"), "log_entry", ["day"], unique=False)
    op.execute("DROP TRIGGER log_entry_no_update")
    altered = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _LOGGED.split(", "))
    op.execute(
        f"CREATE TRIGGER log_entry_no_update BEFORE UPDATE ON log_entry WHEN {altered} "
        "BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END"
    )


def _one_of(column: str, words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"
