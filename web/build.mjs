// Our own browser code, made small for visitors: web/static/js into web/static/built (gitignored). Run by `make setup`.
//
//     built/NAME.js       what a page loads, with shared chunks; ../vendor stays where it is; source maps beside
//     built/single.js     the page's code as one script without imports, for the offline file
//     built/still/NAME.js what pages of `wqplay site` load: scripts that are no modules, for those load from a disk, and
//                         in a frame of an opaque origin from hosts that know no CORS
//     built/manifest.json what each entry needs at once, and a digest of the sources it was built from
//
// The server takes these files as long as the digest fits the sources, else the sources themselves.
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const from = "web/static/js";
const out = "web/static/built";
const entries = ["/app.js", "/embed.js", "/story.js", "/early.js"];

await rm(out, { recursive: true, force: true });
const common = { bundle: true, format: "esm", minify: true, target: "es2023", logLevel: "warning" };
const { metafile } = await build({
  ...common,
  entryPoints: entries.map((name) => from + name),
  outdir: out,
  splitting: true,
  external: ["../vendor/*"],
  sourcemap: "linked",
  metafile: true,
});
const still = { ...common, format: "iife", legalComments: "linked" };
await build({ ...still, entryPoints: [`${from}/app.js`], outfile: `${out}/single.js`, legalComments: "none" });
await build({ ...still, entryPoints: [`${from}/story.js`, `${from}/early.js`], outdir: `${out}/still` });
await build({
  ...still,
  stdin: { contents: 'import "./embed.js"; import "./app.js";', resolveDir: from }, // the embed listens before the page begins
  outfile: `${out}/still/run.js`,
});

/** A built file and all that it imports at once. @param {string} file @param {Set<string>} found */
function needs(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const { path, kind } of metafile.outputs[file]?.imports ?? []) {
    if (kind === "import-statement") needs(path.startsWith("../") ? `web/static/${path.slice(3)}` : path, found);
  }
  return found;
}

const digest = createHash("sha256");
for (const name of (await readdir(from)).filter((file) => file.endsWith(".js")).sort()) {
  digest.update(`${name}\n`).update(await readFile(`${from}/${name}`));
}
const preload = Object.fromEntries(
  entries.map((name) => [name.slice(1, -3), [...needs(out + name)].map((file) => file.slice("web/static/".length))]),
);
await writeFile(`${out}/manifest.json`, `${JSON.stringify({ sources: digest.digest("hex"), preload }, null, 1)}\n`);
