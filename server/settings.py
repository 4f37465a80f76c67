"""How this installation runs: `WQPLAY_*` in the environment. May cap limits, may never change an event."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each field is read from `WQPLAY_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="WQPLAY_")

    workers: int = Field(default=2, ge=1, le=256, description="runs that are computed at the same time")
    spares: int = Field(default=2, ge=1, le=64, description="processes that wait for the next run")
    queue: int = Field(default=64, ge=0, description="runs that may wait for a worker; more are told to come again")
    runs_per_client: int = Field(
        default=8, ge=1, description="runs of one address that wait or are computed at the same time"
    )
    checks_per_client: int = Field(default=4, ge=1, description="checks of one address at the same time")
    sockets_per_client: int = Field(default=64, ge=1, description="WebSockets of one address")
    wall_seconds: float = Field(default=30.0, gt=0, description="safety net for one run; what it ends is never kept")
    check_seconds: float = Field(default=5.0, gt=0, description="the same for a check while typing")
    cache_bytes: int = Field(default=128 * 1024 * 1024, ge=0, description="messages of finished runs that are kept")
    events_max: int = Field(default=1_000_000, ge=1, description="the most events that a client may ask for")
    start_seconds: float = Field(default=5.0, gt=0, description="for a WebSocket's first message")
    idle_seconds: float = Field(default=60.0, gt=0, description="for a WebSocket that has nothing to do")
    log_json: bool = Field(default=False, description="log as JSON lines")
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")
    trust_proxy: bool = Field(
        default=False, description="take a client's address from X-Forwarded-For of the proxy in front"
    )
    database: str = Field(
        default="sqlite+aiosqlite:///wqplay.sqlite", description="where short links are kept: a URL of SQLAlchemy"
    )
    rooms: int = Field(default=64, ge=0, description="rooms of presenters at the same time; 0: none")
    room_followers: int = Field(default=300, ge=1, description="who may follow one presenter")
    token_key: str | None = Field(
        default=None, description="what tokens of passed challenges are signed with; else a key that the database keeps"
    )
    lab: bool = Field(default=False, description="whether the real kernel may be run here, in virtual machines")
    lab_token: str | None = Field(default=None, description="what a client must send to use the lab, where it is given")
    lab_dir: str | None = Field(default=None, description="where the lab keeps kernel, images and snapshots")
    lab_machines: int = Field(default=1, ge=1, le=16, description="virtual machines at the same time")
    lab_queue: int = Field(default=8, ge=0, description="sessions that may wait for a machine")
    lab_per_client: int = Field(default=1, ge=1, description="sessions of one address that wait or run")
    lab_kept: int = Field(default=32, ge=1, description="finished real runs that are kept")
