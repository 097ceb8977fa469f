import { describe, expect, it } from "vitest";
import { inWords, recurrenceOf, ruleOf } from "./recurrence";

describe("a recurrence", () => {
  it.each([
    ["FREQ=DAILY", "every day"],
    ["FREQ=DAILY;INTERVAL=3", "every 3 days"],
    ["FREQ=WEEKLY;BYDAY=MO,FR", "every week on Monday, Friday"],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;UNTIL=20261231T235959Z", "every 2 weeks on Sunday, until 2026-12-31"],
    ["FREQ=MONTHLY", "every month on day 7"],
  ])("%s is said as: %s, and written as it was read", (rule, words) => {
    const recurrence = recurrenceOf(rule, 7);
    expect(inWords(recurrence, 7)).toBe(words);
    expect(ruleOf(recurrence)).toBe(rule);
  });

  it.each(["FREQ=MONTHLY;BYDAY=1SU", "FREQ=DAILY;COUNT=5", "FREQ=MONTHLY;BYMONTHDAY=9", "FREQ=YEARLY"])(
    "%s, for which the form has no words, stays the rule that it is",
    (rule) => {
      expect(recurrenceOf(rule, 7)).toMatchObject({ repeat: "custom", rule });
      expect(ruleOf(recurrenceOf(rule, 7))).toBe(rule);
    },
  );

  it("that is none is no rule", () => {
    expect(ruleOf(recurrenceOf(null, 7))).toBeNull();
  });
});
