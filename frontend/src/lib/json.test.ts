import { expect, it } from "vitest";
import { parseObject } from "./json";

it.each([
  ['{"delay": 5}', { delay: 5 }],
  ["{}", {}],
  ["[1]", undefined],
  ["null", undefined],
  ['"reboot"', undefined],
  ["{delay: 5}", undefined],
  ["", undefined],
])("%s is the object %j", (typed, object) => {
  expect(parseObject(typed)).toEqual(object);
});
