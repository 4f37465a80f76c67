"""Scenarios: their canonical form, ids, versions, links, and what is wrong with them."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, strategies as st

from server import links
from server.prepare import settings_faults
from server.scenario import (
    COST_SETS,
    KERNELS,
    Action,
    Limits,
    Machine,
    Scenario,
    VersionError,
    canonical,
    run_id,
    scenario_hash,
    upgrade,
)
from server.sim.profile import PROFILES
from server.validate import read

FIXTURES = Path(__file__).parent / "fixtures"
PLAIN = Scenario("demo", {"module.c": "int x;\n"}, "insmod demo.ko\n")

names = st.from_regex(r"[a-z_][a-z0-9_]{0,20}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)
scenarios = st.builds(
    Scenario,
    module_name=names,
    files=st.dictionaries(names.map(lambda n: n + ".h"), texts, max_size=3).map(lambda d: {**d, "module.c": "x"}),
    session_sh=texts,
    title=texts,
    actions=st.lists(st.builds(Action, at_ns=st.just(5), command=names), max_size=3),
    params=st.dictionaries(names, names, max_size=3),
    machine=st.builds(
        Machine, cpus=st.integers(1, 64), kernel=st.sampled_from(KERNELS), costs=st.sampled_from(COST_SETS)
    ),
    seed=st.integers(0, 2**53 - 1),
)


@given(scenarios)
def test_canonical_form_reads_back_and_is_a_fixed_point(scenario: Scenario) -> None:
    data = canonical(scenario)
    again, faults = read(data)
    assert faults == []
    assert again == scenario
    assert canonical(again) == data
    assert data == json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(scenarios)
def test_a_link_holds_the_whole_scenario(scenario: Scenario) -> None:
    assert links.decode("#" + links.encode(scenario, "0.1.0") + "&t=15ms&sel=w2@20ms") == (scenario, [])


def test_defaults_spelled_out_change_nothing() -> None:
    spelled = msgspec.json.encode(
        {
            "module_name": "demo",
            "files": {"module.c": "int x;\n"},
            "session_sh": "insmod demo.ko\n",
            "version": 1,
            "title": "",
            "actions": [],
            "params": {},
            "seed": 0,
            "machine": {"cpus": 2, "topology": [], "kernel": "6.12-debug", "config": {}, "costs": "hardware"},
        }
    )
    scenario, _ = read(spelled)
    assert scenario is not None
    assert canonical(scenario) == canonical(PLAIN)
    assert json.loads(canonical(PLAIN)).keys() == {"files", "machine", "module_name", "session_sh", "version"}
    assert json.loads(canonical(PLAIN))["machine"] == {"kernel": "6.12-debug"}


def test_the_run_id_rests_on_scenario_limits_and_engine() -> None:
    other = msgspec.structs.replace(PLAIN, seed=1)
    ids = {
        run_id(PLAIN, Limits(), "1"),
        run_id(other, Limits(), "1"),
        run_id(PLAIN, Limits(events=5), "1"),
        run_id(PLAIN, Limits(), "2"),
    }
    assert len(ids) == 4
    assert run_id(PLAIN, Limits(), "1") in ids


def test_hash_and_run_id_are_what_they_were() -> None:
    """Links rest on them: a change of the canonical form is a new version of the scenario."""
    assert scenario_hash(PLAIN) == "4751670488ea45fd79a20d2e8815ad98033c08037f7e8a72037545d753531d30"
    assert run_id(PLAIN, Limits(), "0.1.0") == "546feb498c9dbab951c1fab7b9abe198c0e49b7b52419926e5e44cb38a9028d1"


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("scenario-v*.json")), ids=lambda path: path.stem)
def test_every_version_ever_released_is_still_read(path: Path) -> None:
    scenario, faults = read(path.read_bytes())
    assert faults == []
    assert scenario is not None
    assert scenario.machine == Machine(cpus=4, kernel="6.12", costs="tcg", config={"preempt": "full"})
    assert scenario.actions == [Action(1_500_000_000, "rmmod demo")]
    assert scenario.params == {"delay": "3"}
    assert scenario.seed == 7


def test_upgraders_run_one_step_at_a_time() -> None:
    steps = {1: lambda raw: {**raw, "trail": "a"}, 2: lambda raw: {**raw, "trail": str(raw["trail"]) + "b"}}
    original = {"version": 1}
    assert upgrade(original, steps, 3) == {"version": 3, "trail": "ab"}  # type: ignore[arg-type]
    assert original == {"version": 1}


@pytest.mark.parametrize("version", [0, -1, 2, 99, "1", None, True, 1.5])
def test_other_versions_are_refused_in_words(version: object) -> None:
    with pytest.raises(VersionError, match="version"):
        upgrade({"version": version})  # type: ignore[dict-item]


def codes(**changes: object) -> list[str]:
    raw = {"module_name": "demo", "files": {"module.c": ""}, "session_sh": "", **changes}
    return sorted(d.code for d in read(json.dumps(raw))[1])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"module_name": ""}, "module-name"),
        ({"module_name": "x" * 56}, "module-name"),
        ({"files": {}}, "no-module"),
        ({"files": {"module.c": "", "../x.c": ""}}, "file-name"),
        ({"files": {"module.c": ""} | {f"f{i}.h": "" for i in range(40)}}, "files"),
        ({"files": {"module.c": "x" * 65537}}, "source-size"),
        ({"files": {"module.c": ""} | {f"f{i}.c": "x" * 65536 for i in range(5)}}, "source-size"),
        ({"session_sh": "a\0b"}, "encoding"),
        ({"title": "x" * 2000}, "title"),
        ({"seed": 2**53}, "seed"),
        ({"seed": "1"}, "type"),
        ({"params": {"a b": "1"}}, "param-name"),
        ({"params": {"a": "1\n2"}}, "param-value"),
        ({"actions": [{"at_ns": -1, "command": "x"}]}, "action-time"),
        ({"actions": [{"at_ns": 2, "command": "x"}, {"at_ns": 1, "command": "x"}]}, "action-order"),
        ({"actions": [{"at_ns": 1, "command": " "}]}, "action-command"),
        ({"actions": [{"at_ns": 1}]}, "type"),
        ({"machine": {"cpus": 0}}, "cpus"),
        ({"machine": {"cpus": 65}}, "cpus"),
        ({"machine": {"topology": [[[[0], [2]]]]}}, "topology"),
        ({"machine": {"kernel": "7.0"}}, "kernel"),
        ({"machine": {"costs": "free"}}, "costs"),
        ({"machine": {"cores": 2}}, "unknown-field"),
        ({"machine": []}, "type"),
        ({"modul": ""}, "unknown-field"),
    ],
)
def test_each_fault_has_a_code(changes: dict[str, object], code: str) -> None:
    assert codes(**changes) == [code]


def test_all_faults_come_at_once() -> None:
    assert codes(module_name="9", seed=-1, machine={"cpus": 0, "kernel": "x"}) == [
        "cpus",
        "kernel",
        "module-name",
        "seed",
    ]
    assert codes(module_name=1, seed="x", machine={"cpus": "2", "y": 1}) == ["type", "type", "type", "unknown-field"]


def test_a_valid_topology_is_accepted() -> None:
    assert codes(machine={"cpus": 4, "topology": [[[[0, 1]]], [[[2], [3]]]]}) == []


def test_kernels_are_those_of_the_simulator() -> None:
    assert set(KERNELS) == set(PROFILES)


def deflated(data: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.urlsafe_b64encode(packer.compress(data) + packer.flush()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (deflated(b"x" * 50_000_000), "more than"),
        ("x" * 600_000, "longer than"),
        (deflated(canonical(PLAIN))[:-8], "cut off"),
        ("!!!!", "damaged"),
        ("", "cut off"),
        (deflated(b"{}") + "AAAA", "damaged"),
    ],
)
def test_a_bad_link_is_refused_in_words(payload: str, words: str) -> None:
    with pytest.raises(links.LinkError, match=words):
        links.unpack(payload)
    assert links.decode(f"v=1&s={payload}")[0] is None


def test_links_of_other_versions_are_refused() -> None:
    _, faults = links.decode("v=2&s=x")
    assert "version '2'" in faults[0].message


def test_named_links() -> None:
    fragment = links.encode_named("demo", PLAIN)
    assert len(fragment) < 100
    assert links.named("#" + fragment + "&t=1ms") == ("demo", scenario_hash(PLAIN)[:12])
    assert links.named("s=@../x~000000000000") is None


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (
            {"cpu_intensive_thresh_us": "soon"},
            "cpu_intensive_thresh_us is a whole number of at most 12 digits, not 'soon'",
        ),
        ({"lockdep": "perhaps"}, "lockdep is 1 or 0, not 'perhaps'"),
        ({"hz": "0"}, "hz is 100, 250, 300 or 1000"),
        ({"preempt": "maybe"}, "preempt is voluntary or full"),
        ({"nonsense": "1"}, "no setting 'nonsense'"),
    ],
)
def test_a_bad_setting_is_named(config: dict[str, str], words: str) -> None:
    scenario = Scenario("demo", {"module.c": ""}, "", machine=Machine(config=config))
    (found,) = settings_faults(scenario)
    assert words in found.message
