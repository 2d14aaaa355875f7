// Copies or bundles what the pages use, each with its licences beside it. Run by `make assets`.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const to = new URL("../include/wirewatch/pages/static/vendor/", import.meta.url);
mkdirSync(to, { recursive: true });

function keep(from, name) {
  copyFileSync(new URL(`node_modules/${from}`, import.meta.url), new URL(name, to));
}

// Every package that went into a bundle, with its version and the text of its licence.
function licences(inputs) {
  const names = Object.keys(inputs).map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return [...new Set(names.filter(Boolean))].sort().map((name) => {
    const home = new URL(`node_modules/${name}/`, import.meta.url);
    const { version } = JSON.parse(readFileSync(new URL("package.json", home), "utf-8"));
    const file = readdirSync(home).find((each) => /^licen[cs]e/i.test(each));
    return `${name} ${version}\n\n${readFileSync(new URL(file, home), "utf-8").trim()}\n`;
  }).join(`\n${"-".repeat(72)}\n\n`);
}

keep("htmx.org/dist/htmx.min.js", "htmx.min.js");
keep("htmx.org/LICENSE", "htmx.LICENSE.txt");

const bundle = await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: ["codemirror.js"],
  outfile: new URL("codemirror.min.js", to).pathname,
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "CodeMirror",
  target: "es2022",
  legalComments: "none",
  metafile: true,
});
writeFileSync(new URL("codemirror.LICENSE.txt", to), licences(bundle.metafile.inputs));
