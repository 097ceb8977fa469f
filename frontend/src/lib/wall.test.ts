import { afterEach, expect, it } from "vitest";
import { takeWallKey, wallAddress } from "./wall";

afterEach(() => history.replaceState(null, "", "/"));

const open = (address: string): void => history.replaceState(null, "", address);

it("hands a key to a screen behind the # of its address, where it is found and not left", () => {
  const address = new URL(wallAddress("pulseop_1_secret"));
  expect(address.pathname + address.search).toBe("/app/wall");
  open(address.href);
  expect(takeWallKey()).toBe("pulseop_1_secret");
  expect(location.href).toBe(`${location.origin}/app/wall`);
});

it("keeps the key for when the screen is reloaded, and takes another one in its place", () => {
  open("/app/wall#first");
  takeWallKey();
  expect(takeWallKey()).toBe("first");
  open("/app/wall/#second");
  expect(takeWallKey()).toBe("second");
  expect(takeWallKey()).toBe("second");
});

it.each([
  ["/app/wall", ""],
  ["/app/operator/noc#key", null],
])("of %s the key is %s", (address, key) => {
  open(address);
  expect(takeWallKey()).toBe(key);
});
