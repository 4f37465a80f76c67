"""`wqplay serve`: the playground at an address of this machine."""

from __future__ import annotations

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """The options; the deployment's settings are WQPLAY_* in the environment."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")


def main(args: argparse.Namespace) -> int:
    """Serves until it is told to stop."""
    from server.serve import main as serve

    serve(args.host, args.port)
    return 0
