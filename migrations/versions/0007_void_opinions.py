"""opinions made void by a change, and the day on which an opinion was entered

Revision: 0007, after 0006. A change of a release that was approved makes its opinions void: `void_round` is the last
round to which that happened. `entered` is the desk's day of an opinion; of those before, nobody knows it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("release", sa.Column("void_round", sa.Integer(), nullable=True))
    op.add_column("approval_step", sa.Column("entered", sa.Date(), nullable=True))
