// A sprite of the icons in use: the full one is 2 MB, and a wrong name in it would draw nothing, silently.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { relative } from "node:path";
import { repository } from "./sources.mjs";

// Where a name may stand, written out: icon('x') and icon='x' in templates, icon="x" or "icon": "x" in Python,
// and the values of a dictionary whose name ends in ICONS in either.
const CALL = /\b(?:icon|draw|tile)\(([^()]*)/g;
const PARAMETER = /\bicon["']?\s*[=:]\s*([^,)}\n]*)/g;
const DICTIONARY = /\w*ICONS\b[^=\n]*=\s*\{([^}]*)\}/g;
const QUOTED = /["']([a-z0-9]+(?:-[a-z0-9]+)*)["']/g;
const DRAWN_BY_THE_KIT = "flower"; // a picture of its own

// icon='a' if state == 'b' else 'c': what is compared with is no icon.
const COMPARED = /[=!]=\s*["'][^"']*["']|\bin\s*[([][^)\]]*[)\]]/g;

function* names(source) {
  const text = source.replace(COMPARED, "");
  for (const [, words] of text.matchAll(CALL)) yield* quoted(words.split(",")[0]);
  for (const [, words] of text.matchAll(PARAMETER)) yield* quoted(words);
  for (const [, words] of text.matchAll(DICTIONARY)) {
    for (const pair of words.split(",")) yield* quoted(pair.split(":")[1] ?? "");
  }
}

const quoted = (words) => [...words.matchAll(QUOTED)].map(([, name]) => name);

export function sprite(templates, code) {
  const used = new Map();
  for (const [path, text] of [...templates, ...code]) {
    for (const name of names(text)) if (!used.has(name)) used.set(name, path);
  }

  const file = createRequire(import.meta.url).resolve("@tabler/icons-sprite/dist/tabler-sprite.svg");
  const symbols = new Map(
    [...readFileSync(file, "utf8").matchAll(/<symbol id="tabler-([^"]+)"[^>]*>(.*?)<\/symbol>/gs)].map(([, name, body]) => [name, body]),
  );
  used.delete(DRAWN_BY_THE_KIT);
  const unknown = [...used].filter(([name]) => !symbols.has(name));
  if (unknown.length) {
    throw new Error(unknown.map(([name, path]) => `no icon is called '${name}' (${relative(repository, path)})`).join("\n"));
  }
  const shapes = [...used.keys()].sort().map((name) => {
    const body = symbols.get(name).replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24" stroke-linecap="round" stroke-linejoin="round">${body.trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${shapes.join("")}</svg>\n`;
}
