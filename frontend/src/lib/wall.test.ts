import { expect, it } from "vitest";
import { wallAddress, wallKeyIn } from "./wall";

it("hands a key to a screen behind the # of its address, and finds it there", () => {
  const address = new URL(wallAddress("pulseop_1_secret"));
  expect(address.pathname + address.search).toBe("/app/wall");
  expect(wallKeyIn(address)).toBe("pulseop_1_secret");
});

it.each([
  ["https://pulse.example/app/wall", ""],
  ["https://pulse.example/app/wall/#key", "key"],
  ["https://pulse.example/app/operator/noc#key", null],
])("of %s the key is %s", (address, key) => {
  expect(wallKeyIn(new URL(address))).toBe(key);
});
