// The first page must not cost more than 250 kB (gzip) of JavaScript: what index.html loads before anything is shown.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 250 * 1000;
const folder = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", folder), "utf8"));
const entry = Object.values(manifest).find((chunk) => chunk.isEntry);

const files = new Set();
const collect = (chunk) => {
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  (chunk.imports ?? []).forEach((name) => collect(manifest[name]));
};
collect(entry);

const size = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, folder))).length, 0);
const told = `initial JavaScript: ${(size / 1000).toFixed(0)} kB gzip of ${LIMIT / 1000} kB, in ${files.size} file${files.size === 1 ? "" : "s"}`;
if (size > LIMIT) {
  console.error(`${told}: too much. Import what not every page needs lazily.`);
  process.exit(1);
}
console.log(told);
