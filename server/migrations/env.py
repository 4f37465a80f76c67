"""Alembic's entry: brings the database of `server/shortlinks.py`, whose connection it is given, to today's tables."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
