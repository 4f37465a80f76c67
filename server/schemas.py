"""OpenAPI for what msgspec decodes and encodes: a Scenario is defined once, in `server/scenario.py`."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from server.jobs import Checked
from server.scenario import COST_SETS, KERNELS, Diagnostic, Limits, Outcome, Scenario
from server.trace.opens import Opens
from server.validate import CPUS_MAX, FILE_NAME, MODULE_NAME, SEED_MAX, TEXT_BYTES_MAX

REF = "#/components/schemas/{name}"


class RunSummary(msgspec.Struct, frozen=True):
    """A finished run: `messages` is how many there are to fetch, `digest` stands for all events."""

    run: str
    outcome: Outcome
    rows: int
    digest: str
    messages: int


class Problem(msgspec.Struct, frozen=True):
    """Why there is no answer: `diagnostics` for faults of the input, `hint` says what to send instead."""

    code: str
    message: str
    hint: str = ""
    retry_after_ms: int = 0
    diagnostics: list[Diagnostic] = []


class Example(msgspec.Struct, frozen=True):
    """One thing to try: a question, and the scenario that answers it."""

    label: str
    scenario: Scenario


class GalleryItem(msgspec.Struct, frozen=True):
    """A scenario of the gallery, as a list shows it; `hash` is what a named link carries."""

    name: str
    title: str
    summary: str
    why: str
    hash: str


class GalleryScenario(msgspec.Struct, frozen=True, rename={"try_": "try"}):
    """A scenario of the gallery, whole. `pause` is the cause code of the wait to stop at first, "" for none."""

    name: str
    title: str
    summary: str
    why: str
    hash: str
    pause: str
    challenge: bool
    try_: Example
    notes_html: str
    scenario: Scenario


class KernelFunction(msgspec.Struct, frozen=True):
    """A function that a module may call."""

    name: str
    prototype: str
    doc: str
    header: str
    may_sleep: bool


class Kapi(msgspec.Struct, frozen=True):
    """The kernel as a module's C sees it: functions, and the names of macros and inline functions beside them."""

    functions: list[KernelFunction]
    names: list[str]


class Version(msgspec.Struct, frozen=True):
    """What this server is."""

    version: str
    engine: str
    scenario_version: int
    protocol_version: int
    kernels: list[str]
    costs: list[str]
    formats: list[str]
    limits: dict[str, int]


STRUCTS = (Scenario, Checked, RunSummary, Problem, GalleryItem, GalleryScenario, Kapi, Opens, Version)


class Answer(JSONResponse):
    """JSON by msgspec."""

    def render(self, content: object) -> bytes:
        """Bytes are JSON already."""
        return content if isinstance(content, bytes) else msgspec.json.encode(content)


def body(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """`openapi_extra` of a route that decodes its body itself."""
    content = {"application/json": {"schema": {"$ref": REF.format(name=struct.__name__)}}}
    return {"requestBody": {"required": True, "content": content}}


def answers(ok: type[msgspec.Struct] | dict[str, Any], *problems: int) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route: what it gives, and the problems that it may have instead."""
    schema = ok if isinstance(ok, dict) else {"$ref": REF.format(name=ok.__name__)}
    good = {"description": "OK", "content": {"application/json": {"schema": schema}}}
    content = {"application/json": {"schema": {"$ref": REF.format(name="Problem")}}}
    words = {404: "Not there", 413: "Too large", 422: "Faults of the input", 429: "Too many", 503: "Try again"}
    return {200: good, **{code: {"description": words[code], "content": content} for code in problems}}


def install(app: FastAPI, more: tuple[type[msgspec.Struct], ...] = ()) -> None:
    """Adds our structs, and those of other routes, to the schema of an app."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        schema = plain()
        components = schema.setdefault("components", {}).setdefault("schemas", {})
        if "Scenario" not in components:
            _, ours = msgspec.json.schema_components((*STRUCTS, *more), ref_template=REF)
            _narrow(ours)
            components.update(ours)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


def _narrow(ours: dict[str, dict[str, Any]]) -> None:
    """Says in the schema what `server/validate.py` checks, as far as a schema can."""
    for schema in ours.values():
        if "description" in schema:
            schema["description"] = " ".join(schema["description"].split())
    scenario, machine, action = (ours[name]["properties"] for name in ("Scenario", "Machine", "Action"))
    scenario["version"] |= {"const": 1}
    scenario["module_name"] |= {"pattern": f"^{MODULE_NAME.pattern}$"}
    scenario["files"] |= {"required": ["module.c"], "propertyNames": {"pattern": f"^{FILE_NAME.pattern}$"}}
    scenario["title"] |= {"maxLength": TEXT_BYTES_MAX}
    scenario["seed"] |= {"minimum": 0, "maximum": SEED_MAX}
    machine["cpus"] |= {"minimum": 1, "maximum": CPUS_MAX}
    machine["kernel"] |= {"enum": list(KERNELS)}
    machine["costs"] |= {"enum": list(COST_SETS)}
    action["at_ns"] |= {"minimum": 0, "maximum": Limits().until_ns}
    action["command"] |= {"minLength": 1, "maxLength": TEXT_BYTES_MAX}
