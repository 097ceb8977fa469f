import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { changeChannels, STALE_AFTER_CHANGE } from "./configuration";

/** The table of docs/realtime.md, which the server's tests hold against the server. */
const [, table = ""] = readFileSync("../docs/realtime.md", "utf8").split("| `<what>` | `kind` |");
const documented = [...table.matchAll(/^\| `([\w-]+)` \| (.+) \|$/gm)].map(([, what = "", kinds = ""]) => ({
  what,
  kinds: [...kinds.matchAll(/`(\w+)`/g)].map(([, kind = ""]) => kind),
}));

/** Nothing shows them, so nobody follows them. */
const UNSEEN = ["credentials"];

it("follows every change of what somebody may read that a page shows, and nothing else", () => {
  const shown = documented.map(({ what }) => what).filter((what) => !UNSEEN.includes(what));
  const all = shown.map((what) => `${what}:read` as "sites:read");
  expect(changeChannels(all)).toEqual(shown.map((what) => `changes:${what}`));
  expect(changeChannels(["sites:read", "sites:manage", "live:follow"])).toEqual(["changes:sites"]);
});

it("knows what each kind makes old", () => {
  const kinds = documented.filter(({ what }) => !UNSEEN.includes(what)).flatMap((one) => one.kinds);
  expect(Object.keys(STALE_AFTER_CHANGE).sort()).toEqual(kinds.sort());
});
