"""What the server keeps, on SQLite and on a real Postgres: short links, the key of tokens; and what of it changed."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
from fastapi.testclient import TestClient

from server import gallery, links, tokens
from server.api import create_app
from server.settings import Settings
from server.shortlinks import KEY_BYTES, Store, StoreError, name_of
from server.sim import ENGINE_VERSION
from server.trace.kept import Kept
from tests.conftest import cannot_run

T = TypeVar("T")
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))  # where Debian has it


def finished(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns; in a thread of its own, for a browser's test may have left a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database server of our own, which listens on a socket in a folder of the test."""
    if not POSTGRES:
        cannot_run("no Postgres here: Debian's package postgresql has initdb")
    folder = tmp_path_factory.mktemp("pg")
    user: list[str] = []
    if os.geteuid() == 0:  # initdb refuses to be root; the package brings a user
        if shutil.which("runuser") is None or subprocess.run(["id", "postgres"], capture_output=True).returncode:
            cannot_run("Postgres does not run as root, and there is no user postgres")
        user = ["runuser", "-u", "postgres", "--"]
        made = subprocess.run([*user, "mktemp", "-d"], capture_output=True, check=True, text=True)
        folder = Path(made.stdout.strip())
    tools = POSTGRES[-1].resolve().parent
    made_by = [*user, tools / "initdb", "-D", folder / "data", "-A", "trust", "-U", "wq"]
    subprocess.run(made_by, check=True, capture_output=True, cwd="/")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-k {folder} -p {port} -c listen_addresses= -c fsync=off"
    control = [*user, tools / "pg_ctl", "-D", folder / "data", "-w", "-o", options, "-l", folder / "log"]
    subprocess.run([*control, "start"], check=True, capture_output=True, cwd="/")
    try:
        yield f"postgresql+psycopg://wq@/postgres?host={folder}&port={port}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/links.sqlite"
    return str(request.getfixturevalue("postgres"))


def test_links_are_kept_once_and_for_ever(url: str) -> None:
    async def tried() -> None:
        store = Store(url)
        one = await store.put("v=1&s=einß", "0.1.0", '{"v":1}')
        assert await store.put("v=1&s=einß", "0.2.0", "others") == one
        assert await store.get(one.id) == one and one.id == name_of("v=1&s=einß")
        assert await store.get("11111111111") is None
        late = await store.put("v=1&s=late", "0.1.0")
        assert (await store.put("v=1&s=late", "0.1.0", "facts")).facts == "facts"
        assert await store.put("v=1&s=late", "0.1.0") == msgspec.structs.replace(late, facts="facts")
        key = await store.key()
        assert len(key) == KEY_BYTES and await store.key() == key
        await store.close()
        again = Store(url)
        assert await again.key() == key and await again.get(one.id) == one
        await again.close()

    finished(tried())


def test_many_writers_at_once_agree(url: str) -> None:
    async def tried() -> None:
        stores = [Store(url) for _ in range(4)]
        for store in stores:
            await store.get("11111111111")
        fragment = f"v=1&s={os.urandom(8).hex()}"
        made = await asyncio.gather(*(store.put(fragment, "0.1.0", "f") for store in stores for _ in range(3)))
        keys = await asyncio.gather(*(store.key() for store in stores))
        assert len(set(made)) == 1 and len(set(keys)) == 1
        for store in stores:
            await store.close()

    finished(tried())


def test_servers_that_start_together_make_the_tables_once(postgres: str) -> None:
    async def fresh() -> None:
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(postgres, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.exec_driver_sql("CREATE DATABASE together")
        await engine.dispose()

    finished(fresh())
    url = postgres.replace("/postgres?", "/together?")
    code = f"import asyncio; from server.shortlinks import Store; print(asyncio.run(Store({url!r}).key()).hex())"
    started = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(3)]
    keys = {process.communicate(timeout=100)[0] for process in started}
    assert [process.returncode for process in started] == [0, 0, 0] and len(keys) == 1


def test_a_database_of_before_the_facts_is_brought_up_to_date(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "old.sqlite") as old:
        columns = "id VARCHAR(43) PRIMARY KEY, fragment TEXT NOT NULL, engine VARCHAR(32) NOT NULL"
        old.execute(f"CREATE TABLE links ({columns})")
        old.execute("INSERT INTO links VALUES ('abc', 's=@x~0', '0.0.1')")
    old.close()

    async def tried() -> None:
        store = Store(f"sqlite+aiosqlite:///{tmp_path}/old.sqlite")
        link = await store.get("abc")
        assert link is not None and (link.engine, link.facts) == ("0.0.1", "")
        await store.close()

    finished(tried())


def test_a_database_that_is_away_is_told_as_such() -> None:
    with pytest.raises(StoreError, match="cannot be used"):
        finished(Store("postgresql+psycopg://nobody@127.0.0.1:1/none").get("abc"))


# -- over HTTP


@pytest.fixture
def client(url: str) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(database=url))) as made:
        yield made


def older(url: str, fragment: str, facts: Kept, engine: str = "0.0.9") -> str:
    """A short link as an older engine made it."""

    async def put() -> str:
        store = Store(url)
        link = await store.put(fragment, engine, msgspec.json.encode(facts).decode())
        await store.close()
        return link.id

    return finished(put())


def test_a_link_of_an_older_engine_says_what_has_changed(client: TestClient, url: str) -> None:
    entry = gallery.entries()["timeline_max_active"]
    fragment = links.encode_named(entry.name, entry.scenario)
    now = client.post("/api/share", json={"fragment": f"{fragment}&t=6ms"}).json()
    assert now["engine"] == ENGINE_VERSION and now["changes"] == []
    assert 'http-equiv="refresh"' in client.get(now["path"]).text
    facts = finished(kept_of(url, now["id"]))
    items = [msgspec.structs.replace(i, waited=35_000_000) if i.name == "w2" else i for i in facts.items]
    assert [i.name for i in facts.items] == ["w0", "w1", "w2"]
    old = older(url, f"{fragment}&t=7ms", msgspec.structs.replace(facts, items=items))
    told = client.get(f"/api/share/{old}").json()
    assert (told["engine"], told["changes"]) == ("0.0.9", ["w2 waited 35 ms (max_active) then, now 20 ms (max_active)"])
    page = client.get(f"/s/{old}").text
    assert "w2 waited 35 ms (max_active) then, now 20 ms (max_active)" in page
    assert "made with engine 0.0.9; here is" in page and 'http-equiv="refresh"' not in page
    unchanged = older(url, f"{fragment}&t=8ms", facts)
    assert client.get(f"/api/share/{unchanged}").json()["changes"] == []
    assert 'http-equiv="refresh"' in client.get(f"/s/{unchanged}").text


async def kept_of(url: str, id_: str) -> Kept:
    store = Store(url)
    link = await store.get(id_)
    await store.close()
    assert link is not None
    return msgspec.json.decode(link.facts, type=Kept)


def test_a_scenario_that_does_not_compile_is_shared_all_the_same(client: TestClient) -> None:
    scenario = gallery.entries()["timeline_max_active"].scenario
    broken = msgspec.structs.replace(scenario, files={"module.c": "this is no C"})
    answer = client.post("/api/share", json={"fragment": links.encode(broken, ENGINE_VERSION)})
    assert answer.status_code == 200
    assert client.get(f"/api/share/{answer.json()['id']}").json()["changes"] == []


def solved(person: str = "") -> tuple[str, Any]:
    raw = gallery.raw(gallery.entries()["handshake"].scenario)
    return f"/api/challenges/handshake?person={person}", {**raw, "params": {"active": "2"}}


def test_a_passed_challenge_has_a_token_that_the_server_verifies(client: TestClient) -> None:
    address, scenario = solved("ada")
    token = client.post(address, json=scenario).json()["token"]
    assert token == client.post(address, json=scenario).json()["token"]
    checked = client.post("/api/tokens", json={"token": token}).json()
    assert (checked["status"], checked["signed"], checked["person"]) == ("passed", True, "ada")
    assert client.post(address, json={**scenario, "params": {}}).json()["token"] == ""
    said = msgspec.structs.replace(tokens.read(token), engine="0.0.9", goal=["outcome == completed"])
    unsigned = client.post("/api/tokens", json={"token": tokens.write(said)}).json()
    assert (unsigned["status"], unsigned["signed"], unsigned["engine"]) == ("passed", False, "0.0.9")
    failing = msgspec.structs.replace(said, scenario={**said.scenario, "params": {}})
    assert client.post("/api/tokens", json={"token": tokens.write(failing)}).json()["status"] == "unconfirmed"
    for bad, status in (("wqt1.x.", 422), ("hello", 422), ("", 422)):
        assert client.post("/api/tokens", json={"token": bad}).status_code == status
    other = msgspec.structs.replace(said, challenge="Another")
    assert client.post("/api/tokens", json={"token": tokens.write(other)}).status_code == 404
