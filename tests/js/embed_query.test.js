import assert from "node:assert/strict";
import { test } from "node:test";
import { readQuery } from "../../web/static/js/embed_query.js";

test("what an embed may be asked for", () => {
  const asked = readQuery(
    "?panes=lanes,code,nonsense&controls=full&theme=dark&speed=0.5&t=6ms&sel=w1@6ms&loop=1&height=500",
  );
  assert.deepEqual(asked.options, { theme: "dark", loop: "1", speed: "0.5", height: "500" });
  assert.deepEqual(asked.classes, ["controls-full", "pane-lanes", "pane-code"]);
  assert.deepEqual(asked.view, ["t=6ms", "sel=w1@6ms"]);
});

test("anything else is left out", () => {
  const asked = readQuery(
    "?theme=red&controls=all&speed=-1&height=99999&t=soon&sel=<b>&origin=javascript:1&reveal=predict",
  );
  assert.deepEqual(asked, { options: {}, classes: ["controls-min", "pane-lanes"], view: [] });
  assert.deepEqual(readQuery("?panes=code&hidecode=1").classes, ["controls-min", "pane-lanes"]);
});
