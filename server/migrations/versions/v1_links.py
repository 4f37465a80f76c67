"""Short links: id, fragment, engine. A database from before the steps has this table already."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """Makes the table where it is missing."""
    if sa.inspect(op.get_bind()).has_table("links"):
        return
    op.create_table(
        "links",
        sa.Column("id", sa.String(43), primary_key=True),
        sa.Column("fragment", sa.Text, nullable=False),
        sa.Column("engine", sa.String(32), nullable=False),
    )
