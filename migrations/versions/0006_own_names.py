"""a regulation's own names of kinds of unit, roles and forms

Revision: 0006, after 0005. A regulation may name kinds of its own under the program's terms. What was entered by such a
name keeps it beside the term; everything entered before has none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (
        ("unit_period", "kind_name"),
        ("appointment", "role_name"),
        ("release", "form_name"),
    ):
        op.add_column(table, sa.Column(column, sa.String(), nullable=True))
