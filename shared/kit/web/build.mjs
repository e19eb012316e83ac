// Makes static/build/ out of styles/, scripts/ and the packages. Started by build.py, which skips it when nothing changed.

import { gzipSync } from "node:zlib";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { sprite } from "./bundling/icons.mjs";
import { read, repository, under } from "./bundling/sources.mjs";
import { tablerSubset } from "./bundling/tabler.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "static", "build");
const fresh = `${target}.${process.pid}`;

// The kit's own scripts, and those of each service under the service's name.
function scripts() {
  const kit = ["app", "chart", "offline-worker"].map((name) => [name, join(here, "scripts", `${name}.js`)]);
  const services = under(join(repository, "services"), (path) => path.endsWith(".js"))
    .map((path) => [relative(repository, path).split(sep), path])
    .filter(([parts]) => parts[2] === "scripts" && parts.length === 4)
    .map(([parts, path]) => [`${parts[1]}/${basename(path, ".js")}`, path]);
  return Object.fromEntries([...kit, ...services]);
}

const common = {
  bundle: true,
  minify: true,
  outdir: fresh,
  target: "es2018", // 企业微信 and 钉钉 open pages in browsers of their own
  nodePaths: [join(here, "node_modules")],
  legalComments: "none",
  logLevel: "warning",
};

try {
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const templates = read((path) => path.endsWith(".html"));
  const code = read((path) => path.endsWith(".py"));
  writeFileSync(join(fresh, "icons.svg"), sprite(templates, code));
  const styles = { app: join(here, "styles", "app.css") };
  await build({ ...common, entryPoints: styles, loader: { ".svg": "dataurl" }, plugins: [tablerSubset(templates)] });
  await build({ ...common, entryPoints: scripts(), format: "iife" });
  for (const path of under(fresh, () => true)) {
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
  }
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
} catch (problem) {
  rmSync(fresh, { recursive: true, force: true });
  console.error(problem.message);
  process.exitCode = 1;
}
