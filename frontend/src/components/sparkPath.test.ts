import { expect, it } from "vitest";
import { sparkPath } from "./sparkPath";

const ROOM = { start: 0, end: 4, width: 40, height: 12 };

it.each([
  ["rises from the lowest value to the highest", [[0, 5], [2, 10], [4, 15]], "M0 11h0L20 6L40 1"],
  ["has a gap where nothing was measured", [[0, 5], [1, 15], [2, null], [3, 5], [4, 15]], "M0 11h0L10 1M30 11h0L40 1"],
  ["makes a dot of a value alone", [[1, 5], [2, null], [4, 15]], "M10 11h0M40 1h0"],
  ["is level where all values are the same", [[0, 5], [4, 5]], "M0 11h0L40 11"],
  ["is nothing without values", [[0, null]], ""],
] as const)("%s", (_, points, path) => {
  expect(sparkPath(points, ROOM)).toBe(path);
}); // prettier-ignore

it("stands on its base, if it has one", () => {
  expect(sparkPath([[0, 5], [4, 10]], { ...ROOM, base: 0 })).toBe("M0 6h0L40 1"); // prettier-ignore
});
