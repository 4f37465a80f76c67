import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import {
  canonicalJson,
  completeScenario,
  galleryFragment,
  LINK_BYTES_MAX,
  LinkError,
  MARKS_MAX,
  packScenario,
  readFragment,
  scenarioFragment,
  trimScenario,
  upgradeKeys,
} from "../../web/static/js/link.js";

const scenario = completeScenario({
  module_name: "demo",
  files: { "module.c": 'MODULE_LICENSE("GPL"); /* größer → */\n'.repeat(40) },
  session_sh: "insmod demo.ko\nsleep 3\nrmmod demo\n",
  seed: 7,
  machine: { cpus: 4 },
});

test("canonical JSON sorts keys and leaves out what is undefined", () => {
  assert.equal(canonicalJson({ b: [1, { z: 1, a: undefined }], a: "x" }), '{"a":"x","b":[1,{"z":1}]}');
});

test("defaults are left out, but version and kernel stay", () => {
  const text = canonicalJson(trimScenario(completeScenario({ ...scenario, seed: 0, machine: {} })));
  assert.ok(text.includes('"machine":{"kernel":"6.12-debug"}'));
  assert.ok(text.includes('"version":1'));
  assert.ok(!text.includes("seed"));
});

test("a scenario comes back from its link as it was", async () => {
  const fragment = await scenarioFragment(scenario, "1.2.3", { tNs: 734_000_000, sel: "task 2@600ms", axis: "linear" });
  assert.match(fragment, /^#v=1&s=[\w-]+&e=1\.2\.3&t=734ms&sel=task%202@600ms&axis=linear$/);
  const link = await readFragment(fragment);
  assert.deepEqual(link.scenario, scenario);
  assert.equal(link.engine, "1.2.3");
  assert.deepEqual(
    { ...link.view },
    { tNs: 734_000_000, sel: "task 2@600ms", axis: "linear", fromNs: undefined, toNs: undefined },
  );
});

test("an unedited gallery scenario has a short link", async () => {
  const fragment = galleryFragment("workqueue_demo", "0123456789ab", { tNs: 1_021_000_123 });
  assert.equal(fragment, "#s=@workqueue_demo~0123456789ab&t=1021000123ns");
  const link = await readFragment(fragment);
  assert.deepEqual(link.gallery, { name: "workqueue_demo", hash: "0123456789ab" });
  assert.equal(link.view.tNs, 1_021_000_123);
});

test("bookmarks travel in order, bounded, and what is no moment is left out", async () => {
  const fragment = galleryFragment("workqueue_demo", "0123456789ab", { marks: [2_000_000, 1_021_000_123] });
  assert.equal(fragment, "#s=@workqueue_demo~0123456789ab&marks=2ms,1021000123ns");
  assert.deepEqual((await readFragment(fragment)).view.marks, [2_000_000, 1_021_000_123]);
  assert.deepEqual((await readFragment("#marks=6ms,x,2ms,,-1s,2ms")).view.marks, [2_000_000, 6_000_000]);
  assert.equal((await readFragment("#marks=x")).view.marks, undefined);
  const many = Array.from({ length: 3 * MARKS_MAX }, (_, n) => n);
  assert.equal((await readFragment(`#marks=${many.map((n) => `${n}ns`)}`)).view.marks?.length, MARKS_MAX);
});

test("an empty fragment is an empty link", async () => {
  const link = await readFragment("");
  assert.equal(link.scenario, undefined);
  assert.equal(link.gallery, undefined);
});

/** @param {string} text */
async function pack(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return Buffer.from(await new Response(stream).arrayBuffer()).toString("base64url");
}

const whole = await packScenario(scenario);
for (const [what, fragment, words] of [
  ["a newer format", `#v=2&s=${whole}`, /format 2/],
  ["cut off", `#v=1&s=${whole.slice(0, 40)}`, /damaged/],
  ["not base64url", "#v=1&s=%%%", /damaged/],
  ["not JSON", `#v=1&s=${await pack("{")}`, /not JSON/],
  ["JSON, but no scenario", `#v=1&s=${await pack('{"files":{}}')}`, /no scenario/],
  [
    "files that are no texts",
    `#v=1&s=${await pack('{"module_name":"a","session_sh":"","files":{"module.c":"","b":1}}')}`,
    /no scenario/,
  ],
  ["a bomb", `#v=1&s=${await pack(" ".repeat(LINK_BYTES_MAX + 1))}`, /more than/],
  ["a gallery name that is none", "#s=@../../etc~0123", /gallery/],
]) {
  test(`a bad link has a sentence: ${what}`, async () => {
    await assert.rejects(readFragment(/** @type {string} */ (fragment)), (error) => {
      assert.ok(error instanceof LinkError);
      assert.match(error.message, /** @type {RegExp} */ (words));
      return true;
    });
  });
}

test("view keys that make no sense are passed over", async () => {
  const link = await readFragment("#t=soon&sel=%E0%A4&axis=spiral&from=1e99");
  assert.deepEqual({ ...link.view }, { tNs: undefined, fromNs: undefined, toNs: undefined, sel: "%E0%A4" });
});

test("links of every format are read for ever, as the server reads them", async () => {
  const folder = new URL("../fixtures/", import.meta.url);
  const files = readdirSync(folder).filter((file) => /^link-v\d+\.json$/.test(file));
  assert.ok(files.length);
  for (const file of files) {
    const frozen = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    const link = await readFragment(`#${frozen.fragment}`);
    assert.deepEqual(link.scenario, completeScenario(frozen.scenario));
    assert.equal(link.engine, frozen.engine);
    assert.deepEqual(link.view, { tNs: 15_000_000, sel: "w2@20ms", fromNs: undefined, toNs: undefined });
  }
});

test("upgraders run one step at a time, and know no future", () => {
  const add = (/** @type {string} */ letter) => (/** @type {Map<string, string>} */ keys) =>
    new Map([...keys, ["s", `${keys.get("s")}${letter}`]]);
  const steps = { 1: add("b"), 2: add("c") };
  assert.equal(upgradeKeys(new Map([["s", "a"]]), steps, 3).get("s"), "abc");
  for (const version of ["0", "4", "x", "999999"]) {
    assert.throws(() => upgradeKeys(new Map([["v", version]]), steps, 3), LinkError);
  }
});
