"""`wqplay serve`: the playground at an address of this machine."""

from __future__ import annotations

import argparse
import socket

from server.cli.files import complain


def add(parser: argparse.ArgumentParser) -> None:
    """The options; the deployment's settings are WQPLAY_* in the environment."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")


def unusable(host: str, port: int) -> str:
    """Why nobody can listen there, or nothing: asked before a server and its processes are started."""
    if not 0 <= port <= 65535:
        return f"no port {port}: 0 to 65535"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return f"{host}:{port}: {(error.strerror or str(error)).lower()}"
    return ""


def main(args: argparse.Namespace) -> int:
    """Serves until it is told to stop; 2 where it cannot listen."""
    why = unusable(args.host, args.port)
    if why:
        complain(f"wqplay serve: error: {why}")
        return 2
    from server.serve import main as serve

    serve(args.host, args.port)
    return 0
