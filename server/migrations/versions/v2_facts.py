"""The facts that a link rests on, and the key that tokens are signed with."""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Adds a column to the links, and a table of keys."""
    op.add_column("links", sa.Column("facts", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "keys",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("value", sa.String(64), nullable=False),
    )
