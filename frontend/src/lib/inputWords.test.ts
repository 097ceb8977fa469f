import { expect, it } from "vitest";
import { z } from "zod";

// tests/setup.ts has them spoken everywhere, as main.tsx does.
it.each([
  [z.string().min(1), "", "is needed"],
  [z.string().min(8), "short", "must have at least 8 characters"],
  [z.string().max(1000), "x".repeat(1001), "must have at most 1,000 characters"],
  [z.array(z.string()).max(2), ["a", "b", "c"], "must have at most 2"],
  [z.array(z.string()).min(1), [], "must have at least 1"],
  [z.number().min(3), 2, "must be at least 3"],
  [z.number().max(3), 4, "must be at most 3"],
  [z.number().gt(3), 3, "must be more than 3"],
  [z.number().lt(3), 3, "must be less than 3"],
  [z.number(), undefined, "is needed"],
  [z.number(), Number.NaN, "must be a number"],
  [z.int(), 1.5, "must be a whole number"],
  [z.enum(["a", "b"]), "c", "must be one of those offered"],
  [z.email(), "nobody", "must be an e-mail address"],
  [z.string().max(3, "no longer than three"), "four", "no longer than three"],
])("says in words what is wrong (%#)", (schema, typed, words) => {
  expect(schema.safeParse(typed).error?.issues[0]?.message).toBe(words);
});
