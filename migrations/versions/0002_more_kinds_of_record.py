"""more kinds of record: reviewed, material, invitation, interview

Revision: 0002, after 0001. The list of kinds is a CHECK, and SQLite changes a CHECK only by building the table anew.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KINDS = (
    "filed", "archived", "statement", "half_year", "meeting", "training", "line", "coorganise", "joint",
    "office_setup", "county_system", "registration", "roster", "assessment", "trigger", "waiver", "reviewed",
    "material", "invitation", "interview", "delegation", "reminder", "freeze",
)  # fmt: skip


def upgrade() -> None:
    listed = ", ".join(f"'{kind}'" for kind in _KINDS)
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_record_kind_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_record_kind_known"), f"kind IN ({listed})")
