import { expect, it } from "vitest";
import { byteSize } from "./numbers";

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [34_560_000, "34.6 MB"],
  [2_000_000_000, "2 GB"],
  [7e18, "7,000 PB"],
])("%s bytes are told as %s", (bytes, told) => {
  expect(byteSize(bytes)).toBe(told);
});
