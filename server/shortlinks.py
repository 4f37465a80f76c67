"""Short links and the key of tokens: the only things that this server keeps.

Links are content-addressed: the same state has the same id for ever. SQLite by default, any database of SQLAlchemy by
URL (`WQPLAY_DATABASE`, tested with Postgres). Its tables are made, or brought up to date, when they are first needed,
so a server whose links nobody shortens never opens it.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table
    from sqlalchemy.ext.asyncio import AsyncEngine

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # base 58: nothing that looks like another
ID_CHARS = 11
ID_CHARS_MAX = 43
ATTEMPTS = 8
KEY_BYTES = 32
TOKENS = "tokens"  # the name of the key
_STEPS = 0x77716C  # what Postgres' advisory lock is called while tables are made


class StoreError(Exception):
    """The database cannot be used; the message is for the log and the client."""


class Link(msgspec.Struct, frozen=True):
    """A stored link: the fragment of an address, the engine with which it was made, and the run's facts as JSON."""

    id: str
    fragment: str
    engine: str
    facts: str = ""


def name_of(fragment: str, chars: int = ID_CHARS) -> str:
    """The id of a fragment: the first characters of its SHA-256 in base 58."""
    number = int.from_bytes(hashlib.sha256(fragment.encode()).digest(), "big")
    out = []
    while number:
        number, digit = divmod(number, len(ALPHABET))
        out.append(ALPHABET[digit])
    return "".join(reversed(out)).rjust(ID_CHARS_MAX, ALPHABET[0])[-chars:]


class _Tables:
    """An open database."""

    def __init__(self, engine: AsyncEngine) -> None:
        from sqlalchemy import Column, MetaData, String, Table, Text

        self.engine = engine
        metadata = MetaData()
        links: list[Column[str]] = [Column("id", String, primary_key=True), Column("fragment", Text)]
        self.links: Table = Table("links", metadata, *links, Column("engine", String), Column("facts", Text))
        self.keys: Table = Table("keys", metadata, Column("name", String, primary_key=True), Column("value", String))


class Store:
    """The links of one server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._tables: _Tables | None = None
        self._opening = asyncio.Lock()

    async def _open(self) -> _Tables:
        """The database, its tables as they are today. SQLAlchemy is loaded here: it takes 200 ms."""
        async with self._opening:
            if self._tables is None:
                from sqlalchemy.ext.asyncio import create_async_engine

                engine = create_async_engine(self.url)
                try:
                    async with engine.begin() as connection:
                        if engine.dialect.name == "sqlite":
                            await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                        elif engine.dialect.name == "postgresql":  # servers that start together
                            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_STEPS})")
                        await connection.run_sync(_migrate)
                except BaseException:
                    await engine.dispose()
                    raise
                self._tables = _Tables(engine)
            return self._tables

    async def put(self, fragment: str, engine_version: str, facts: str = "") -> Link:
        """Keeps a fragment and gives its id; again and again the same. Raises StoreError."""
        from sqlalchemy import insert, update
        from sqlalchemy.exc import IntegrityError, SQLAlchemyError

        try:
            tables = await self._open()
            links = tables.links
            for more in range(ATTEMPTS):
                id_ = name_of(fragment, ID_CHARS + more)
                found = await self.get(id_)
                if found is not None and found.fragment == fragment:
                    if found.facts or not facts or found.engine != engine_version:
                        return found
                    async with tables.engine.begin() as connection:  # they could not be had when it was made
                        await connection.execute(update(links).where(links.c.id == id_).values(facts=facts))
                    return msgspec.structs.replace(found, facts=facts)
                if found is None:
                    row = {"id": id_, "fragment": fragment, "engine": engine_version, "facts": facts}
                    try:
                        async with tables.engine.begin() as connection:
                            await connection.execute(insert(links).values(row))
                    except IntegrityError:  # somebody was faster: look again
                        found = await self.get(id_)
                        if found is None or found.fragment != fragment:
                            continue
                        return found
                    return Link(**row)
        except (SQLAlchemyError, OSError) as error:
            raise _unusable(error) from error
        raise StoreError("no free id was found")

    async def get(self, id_: str) -> Link | None:
        """The link of an id, or None. Raises StoreError."""
        from sqlalchemy import select
        from sqlalchemy.exc import SQLAlchemyError

        try:
            tables = await self._open()
            async with tables.engine.connect() as connection:
                row = (await connection.execute(select(tables.links).where(tables.links.c.id == id_))).first()
        except (SQLAlchemyError, OSError) as error:
            raise _unusable(error) from error
        return Link(row.id, row.fragment, row.engine, row.facts) if row is not None else None

    async def key(self) -> bytes:
        """The key that tokens are signed with, made when it is first asked for. Raises StoreError."""
        from sqlalchemy import insert, select
        from sqlalchemy.exc import IntegrityError, SQLAlchemyError

        try:
            tables = await self._open()
            asked = select(tables.keys.c.value).where(tables.keys.c.name == TOKENS)
            for _ in range(3):
                async with tables.engine.connect() as connection:
                    value: str | None = (await connection.execute(asked)).scalar()
                if value is not None:
                    return bytes.fromhex(value)
                row = {"name": TOKENS, "value": secrets.token_bytes(KEY_BYTES).hex()}
                try:
                    async with tables.engine.begin() as connection:
                        await connection.execute(insert(tables.keys).values(row))
                except IntegrityError:  # another server was faster: its key counts
                    continue
        except (SQLAlchemyError, OSError) as error:
            raise _unusable(error) from error
        raise StoreError("the key of tokens could not be kept")

    async def close(self) -> None:
        """Lets go of the database."""
        if self._tables is not None:
            await self._tables.engine.dispose()
            self._tables = None


def _unusable(error: Exception) -> StoreError:
    return StoreError(f"the database of short links cannot be used: {type(error).__name__}")


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
