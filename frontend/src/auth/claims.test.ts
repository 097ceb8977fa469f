import { expect, it } from "vitest";
import { isOfOperators } from "./claims";

function tokenWith(claims: object): string {
  const payload = btoa(JSON.stringify(claims)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `e30.${payload}.signature`;
}

it.each([
  [{ roles: ["operator"] }, true],
  [{ roles: ["operator-admin"], "cognito:groups": ["viewer"] }, true],
  [{ roles: ["tenant-admin"], "cognito:groups": ["operator"] }, false],
  [{ "cognito:groups": ["operator"] }, true],
  [{ roles: [] }, false],
  [{ roles: "operator" }, false],
  [{}, false],
])("a token with %o is of operators: %s", (claims, expected) => {
  expect(isOfOperators(tokenWith(claims))).toBe(expected);
});

it.each([null, "", "opaque", "a.%%%.c", "a.bm90IGpzb24.c"])(
  "what is no token of ours (%s) is not of operators",
  (token) => {
    expect(isOfOperators(token)).toBe(false);
  },
);
