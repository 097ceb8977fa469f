import { expect, it } from "vitest";
import { tagsOf, wordsOf } from "./EditDevice";

it.each([
  ["", {}],
  ["spare", { spare: "" }],
  [" floor = 2 , spare,, ", { floor: "2", spare: "" }],
  ["formula=a=b", { formula: "a=b" }],
])("%j are the tags %j", (typed, tags) => {
  expect(tagsOf(typed)).toEqual(tags);
});

it("writes tags as they are typed", () => {
  const tags = { floor: "2", spare: "" };
  expect(wordsOf(tags)).toBe("floor=2, spare");
  expect(tagsOf(wordsOf(tags))).toEqual(tags);
});
