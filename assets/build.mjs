// Copies what the pages use, each with its licence beside it. Run by `make assets`.
import { copyFileSync, mkdirSync } from "node:fs";

const to = new URL("../include/wirewatch/pages/static/vendor/", import.meta.url);
mkdirSync(to, { recursive: true });

function keep(from, name) {
  copyFileSync(new URL(`node_modules/${from}`, import.meta.url), new URL(name, to));
}

keep("htmx.org/dist/htmx.min.js", "htmx.min.js");
keep("htmx.org/LICENSE", "htmx.LICENSE.txt");
