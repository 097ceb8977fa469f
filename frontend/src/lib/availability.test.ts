import { expect, it } from "vitest";
import { shareInWords, shareTone } from "./availability";

it.each([
  [100, 100, "100.00 %", "text-online"],
  [99, 90, "99.00 %", "text-online"],
  [98.9, 90, "98.90 %", "text-stale"],
  [94.9, undefined, "94.90 %", "text-offline"],
  [99.5, undefined, "99.50 %", "text-online"],
  [100, 89.9, "100.00 % of the 89.9 % that is known", "text-muted"],
  [100, 0.1, "100.00 % of the 0.1 % that is known", "text-muted"],
  [100, 0.002, "100.00 % of under 0.01 % that is known", "text-muted"],
  [null, 0, "–", "text-muted"],
])("%s %% of the time, of which %s %% is known, is told as %s", (share, known, told, tone) => {
  expect(shareInWords(share, known)).toBe(told);
  expect(shareTone(share, known)).toBe(tone);
});
