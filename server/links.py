"""Scenarios in addresses: `v=1&s=…` holds the whole of one, `s=@NAME~HASH` names one of the gallery.

The payload is base64url(deflate-raw(canonical JSON)). What comes out of it is never longer than a limit, whatever went
in, for a link is anybody's to write. The page has its own reader of the same form.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from server.scenario import Diagnostic, Scenario, canonical, scenario_hash
from server.validate import fault, read

LINK_VERSION = 1
JSON_BYTES_MAX = 512 * 1024  # all sources at their limit, escaped
LINK_CHARS_MAX = 512 * 1024
HASH_DIGITS = 12
# UPGRADERS[n] turns the fields of a fragment of form n into those of n + 1. tests/fixtures/link-v*.json has one of each
# form, which the page's reader (web/static/js/link.js) is held to as well.
UPGRADERS: dict[int, Callable[[dict[str, str]], dict[str, str]]] = {}
NAMED = re.compile(r"@([a-z0-9_]{1,64})~([0-9a-f]{12})")


class LinkError(Exception):
    """A link that cannot be read; the message is for its user."""


def encode(scenario: Scenario, engine_version: str) -> str:
    """The fragment that holds a whole scenario, and the engine that it was seen with."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(canonical(scenario)) + packer.flush()
    text = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return f"v={LINK_VERSION}&s={text}&e={engine_version}"


def encode_named(name: str, scenario: Scenario) -> str:
    """The short fragment of an unedited gallery scenario."""
    return f"s=@{name}~{scenario_hash(scenario)[:HASH_DIGITS]}"


def unpack(payload: str) -> bytes:
    """The JSON text in a payload. Raises LinkError for anything but one whole deflate stream within the limit."""
    if len(payload) > LINK_CHARS_MAX:
        raise LinkError(f"the link is longer than {LINK_CHARS_MAX} characters")
    try:
        packed = base64.b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(-15)
        data = unpacker.decompress(packed, JSON_BYTES_MAX)
    except (ValueError, binascii.Error, zlib.error):
        raise LinkError("the link is damaged: a part of it may be missing") from None
    if not unpacker.eof:
        full = len(data) >= JSON_BYTES_MAX
        raise LinkError(f"the link holds more than {JSON_BYTES_MAX} bytes" if full else "the link is cut off")
    if unpacker.unused_data:
        raise LinkError("the link is damaged: something follows its end")
    return data


def decode(fragment: str) -> tuple[Scenario | None, list[Diagnostic]]:
    """The scenario in the fragment of an address (with or without `#`), or None; and what is wrong with it.

    A named link (`s=@NAME~HASH`) is not followed here: `named` takes it apart.
    """
    fields = dict(parse_qsl(fragment.rpartition("#")[2], keep_blank_values=True))
    try:
        return read(unpack(upgrade(fields).get("s", "")))
    except LinkError as error:
        return None, [fault("link", str(error))]


def upgrade(
    fields: dict[str, str],
    upgraders: Mapping[int, Callable[[dict[str, str]], dict[str, str]]] = UPGRADERS,
    to: int = LINK_VERSION,
) -> dict[str, str]:
    """The fields of a fragment in today's form, one step at a time. Raises LinkError for a form that is not known."""
    version = fields.get("v", "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 6 else 0
    if not 1 <= number <= to:
        raise LinkError(f"version '{version[:20]}' of links is not known: this program reads 1 to {to}")
    for step in range(number, to):
        fields = {**upgraders[step]({**fields}), "v": str(step + 1)}
    return fields


def named(fragment: str) -> tuple[str, str] | None:
    """Name and hash digits of a named link, or None where it is none."""
    fields = dict(parse_qsl(fragment.rpartition("#")[2], keep_blank_values=True))
    match = NAMED.fullmatch(fields.get("s", ""))
    return (match[1], match[2]) if match else None
