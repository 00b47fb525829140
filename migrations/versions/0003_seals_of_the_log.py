"""particulars of people enter the log under a seal

Revision: 0003, after 0002. Adds a table; what earlier entries say of people stays in them, for the chain covers it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_seal",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("opening", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'", name=op.f("ck_log_seal_hash_hex")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_log_seal")),
    )
    with op.batch_alter_table("log_seal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_seal_subject"), ["subject"], unique=False)
    op.execute(
        "CREATE TRIGGER log_seal_no_delete BEFORE DELETE ON log_seal "
        "BEGIN SELECT RAISE(ABORT, 'log_seal is never deleted'); END"
    )
    op.execute(
        "CREATE TRIGGER log_seal_only_emptied BEFORE UPDATE ON log_seal "
        "WHEN NEW.opening IS NOT NULL OR NEW.hash IS NOT OLD.hash OR NEW.subject IS NOT OLD.subject "
        "BEGIN SELECT RAISE(ABORT, 'log_seal can only be emptied'); END"
    )
