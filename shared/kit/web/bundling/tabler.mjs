// Tabler without what no page uses: its style sheet alone is 620 kB, and a phone parses all of it.

import { readFileSync } from "node:fs";

const CLASS = /\.((?:[\w-]|\\.)+)/g;

// An esbuild plugin; `templates` are [path, text] of every template.
export function tablerSubset(templates) {
  const used = usedClasses(templates);
  return {
    name: "tabler-subset",
    setup(build) {
      build.onLoad({ filter: /tabler(\.min)?\.css$/ }, ({ path }) => ({
        contents: subset(readFileSync(path, "utf8"), used),
        loader: "css",
      }));
    },
  };
}

function usedClasses(templates) {
  const used = new Set();
  for (const [, text] of templates) {
    for (const [, words] of text.matchAll(/class="([^"]*)"/g)) {
      for (const [word] of words.matchAll(/[\w-]+/g)) used.add(word);
    }
    // class names handed to a macro: class='mt-2'
    for (const [, words] of text.matchAll(/class='([^']*)'/g)) for (const word of words.split(/\s+/)) used.add(word);
  }
  return used;
}

export function subset(css, used) {
  return [...rules(css)].map((rule) => keep(rule, used)).join("");
}

// The top-level rules of a style sheet, each as {head, body} (body null for a statement such as @charset).
function* rules(css) {
  let start = 0;
  for (let i = 0; i < css.length; i += 1) {
    if (css.startsWith("/*", i)) {
      i = css.indexOf("*/", i) + 1;
      if (css.slice(start, i).trimStart().startsWith("/*")) start = i + 1;
    } else if (css[i] === ";") {
      yield { head: css.slice(start, i + 1), body: null };
      start = i + 1;
    } else if (css[i] === "{") {
      const end = closing(css, i);
      yield { head: css.slice(start, i).trim(), body: css.slice(i + 1, end) };
      start = end + 1;
      i = end;
    }
  }
}

// Where the block that opens at `open` closes; braces inside strings do not count.
function closing(css, open) {
  for (let i = open + 1, depth = 1; i < css.length; i += 1) {
    if (css[i] === '"' || css[i] === "'") i = endOfString(css, i);
    else if (css[i] === "{") depth += 1;
    else if (css[i] === "}" && (depth -= 1) === 0) return i;
  }
  throw new Error("the style sheet ends inside a rule");
}

function endOfString(css, open) {
  for (let i = open + 1; i < css.length; i += 1) {
    if (css[i] === "\\") i += 1;
    else if (css[i] === css[open]) return i;
  }
  throw new Error("the style sheet ends inside a string");
}

function keep({ head, body }, used) {
  if (body === null) return head;
  if (/^@(media|supports|layer|container)/.test(head)) {
    const inner = subset(body, used);
    return inner ? `${head}{${inner}}` : "";
  }
  if (head.startsWith("@")) return head.startsWith("@keyframes") ? "" : `${head}{${body}}`;
  const selectors = alternatives(head).filter((selector) => isUsed(selector, used));
  return selectors.length ? `${selectors.join(",")}{${body}}` : "";
}

// The selectors of a rule: split at commas, but not at those inside :is(a, b).
function alternatives(head) {
  const found = [""];
  let depth = 0;
  for (const char of head) {
    depth += char === "(" ? 1 : char === ")" ? -1 : 0;
    if (char === "," && depth === 0) found.push("");
    else found[found.length - 1] += char;
  }
  return found;
}

// A selector stays if every class it needs is in use; a class it forbids does not matter.
function isUsed(selector, used) {
  const needed = selector.replace(/:not\([^)]*\)/g, "");
  return [...needed.matchAll(CLASS)].every(([, name]) => used.has(name.replace(/\\/g, "")));
}
