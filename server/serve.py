"""Starts the web server. Imported by the command line only when it is to serve."""

from __future__ import annotations

import logging

import structlog
import uvicorn

from server.api import create_app
from server.settings import Settings

WS_BYTES_MAX = 2 * 1024 * 1024  # a start message: all sources at their limit, escaped as JSON


def configure_logging(settings: Settings) -> None:
    """One line an event, for people or as JSON."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    renderer = structlog.processors.JSONRenderer() if settings.log_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )


def config(host: str, port: int, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves: no per-message deflate, which costs 12 times the throughput; a run is sent as it is."""
    return uvicorn.Config(
        create_app(settings),
        host=host,
        port=port,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=WS_BYTES_MAX,
        log_level=settings.log_level,
        access_log=False,
        proxy_headers=settings.trust_proxy,
        forwarded_allow_ips="*" if settings.trust_proxy else None,
        timeout_graceful_shutdown=3,
    )


def main(host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serves until it is interrupted."""
    settings = Settings()
    configure_logging(settings)
    uvicorn.Server(config(host, port, settings)).run()
