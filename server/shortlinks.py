"""Short links: the only thing that this server keeps. Content-addressed: the same state has the same id for ever.

SQLite by default, any database of SQLAlchemy by URL (`WQPLAY_DATABASE`). The table is made when it is first needed, so
a server whose links nobody shortens never opens it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncEngine

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # base 58: nothing that looks like another
ID_CHARS = 11
ID_CHARS_MAX = 43
ATTEMPTS = 8


class StoreError(Exception):
    """The database cannot be used; the message is for the log and the client."""


class Link(msgspec.Struct, frozen=True):
    """A stored link: the fragment of an address, and the engine with which it was made."""

    id: str
    fragment: str
    engine: str


def name_of(fragment: str, chars: int = ID_CHARS) -> str:
    """The id of a fragment: the first characters of its SHA-256 in base 58."""
    number = int.from_bytes(hashlib.sha256(fragment.encode()).digest(), "big")
    out = []
    while number:
        number, digit = divmod(number, len(ALPHABET))
        out.append(ALPHABET[digit])
    return "".join(reversed(out)).rjust(ID_CHARS_MAX, ALPHABET[0])[-chars:]


class Store:
    """The links of one server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine: AsyncEngine | None = None
        self._table: Table | None = None

    async def _open(self) -> tuple[AsyncEngine, Table]:
        """The database, its table made where it is missing. SQLAlchemy is loaded here: it takes 200 ms."""
        if self._engine is not None and self._table is not None:
            return self._engine, self._table
        from sqlalchemy import Column, MetaData, String, Table, Text
        from sqlalchemy.ext.asyncio import create_async_engine

        metadata = MetaData()
        table = Table(
            "links",
            metadata,
            Column("id", String(ID_CHARS_MAX), primary_key=True),
            Column("fragment", Text, nullable=False),
            Column("engine", String(32), nullable=False),
        )
        engine = create_async_engine(self.url)
        async with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            await connection.run_sync(metadata.create_all)
        self._engine, self._table = engine, table
        return engine, table

    async def put(self, fragment: str, engine_version: str) -> Link:
        """Keeps a fragment and gives its id; again and again the same. Raises StoreError."""
        from sqlalchemy import insert
        from sqlalchemy.exc import IntegrityError, SQLAlchemyError

        try:
            engine, table = await self._open()
            for more in range(ATTEMPTS):
                id_ = name_of(fragment, ID_CHARS + more)
                found = await self.get(id_)
                if found is not None and found.fragment == fragment:
                    return found
                if found is None:
                    try:
                        async with engine.begin() as connection:
                            await connection.execute(
                                insert(table).values(id=id_, fragment=fragment, engine=engine_version)
                            )
                    except IntegrityError:  # somebody was faster: look again
                        continue
                    return Link(id_, fragment, engine_version)
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(f"the database of short links cannot be used: {type(error).__name__}") from error
        raise StoreError("no free id was found")

    async def get(self, id_: str) -> Link | None:
        """The link of an id, or None. Raises StoreError."""
        from sqlalchemy import select
        from sqlalchemy.exc import SQLAlchemyError

        try:
            engine, table = await self._open()
            async with engine.connect() as connection:
                row = (await connection.execute(select(table).where(table.c.id == id_))).first()
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(f"the database of short links cannot be used: {type(error).__name__}") from error
        return Link(row.id, row.fragment, row.engine) if row is not None else None

    async def close(self) -> None:
        """Lets go of the database."""
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = self._table = None
