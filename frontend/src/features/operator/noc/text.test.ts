import { expect, it } from "vitest";
import { happeningWords } from "./text";

it.each([
  ["quarantine", "refused", "3 messages refused: BAD_METRICS", "3 messages refused: Wrong metrics"],
  ["quarantine", "refused", "1 message refused: NEWER_REASON", "1 message refused: Newer reason"],
  ["device", "offline", "cooler-9 is offline, was online", "cooler-9 is offline, was online"],
] as const)("says of a %s that was %s what happened in words", (kind, event, said, words) => {
  expect(happeningWords({ kind, event, text: said })).toBe(words);
});
