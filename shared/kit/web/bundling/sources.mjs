// The files that pages are written in: the kit's and every service's.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// A copy of the tree may be built elsewhere (the tests do); it names its root.
export const repository =
  process.env.UNIONHALL_ROOT ?? join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..");

const SKIPPED = new Set(["node_modules", "tests", "migrations", "__pycache__", "build"]);

export function under(folder, wanted) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : under(path, wanted);
    return wanted(path) ? [path] : [];
  });
}

// [path, text] of each wanted source.
export function read(wanted) {
  return ["shared/kit", "services"]
    .flatMap((folder) => under(join(repository, folder), wanted))
    .map((path) => [path, readFileSync(path, "utf8")]);
}
