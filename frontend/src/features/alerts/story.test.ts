import { expect, it } from "vitest";
import type { Schemas } from "@/api/types";
import { storyOf } from "./story";

const at = (minute: number, event: string, detail: object = {}, actor = "system"): Schemas["TimelineItem"] => ({
  time: `2026-11-21T07:${String(minute).padStart(2, "0")}:00Z`,
  event,
  actor,
  detail: { ...detail },
});
const told = (...timeline: Schemas["TimelineItem"][]) =>
  storyOf({ summary: "Too warm", timeline }).map(({ title, words }) => [title, ...words].join(" | "));

it("tells the newest first", () => {
  expect(told(at(1, "opened", { severity: "HIGH" }), at(2, "acknowledged", {}, "ann@acme.example"))).toEqual([
    "Acknowledged | by ann@acme.example",
    "Opened | High",
  ]);
});

it("does not say again what stands above it", () => {
  const opened = at(1, "opened", {
    severity: "HIGH",
    summary: "Too warm",
    addon_id: "axis_camera",
    outcome: "refused",
  });
  expect(told(opened)).toEqual(["Opened | High"]);
  expect(told({ ...opened, detail: { ...opened.detail, summary: "Warm" } })).toEqual(["Opened | High | Warm"]);
});

it.each([
  ["escalated", { level: 2, policy_name: "Cold chain", round: 1 }, "Escalated | level 2 of Cold chain"],
  ["escalated", { level: 1, policy_name: "Cold chain", round: 2 }, "Escalated | level 1 of Cold chain, round 2"],
  [
    "notified",
    { receiver: "Duty mail", error: null, reason: "routing rule A" },
    "Notified | Duty mail | routing rule A",
  ],
  ["closed", { reason: "the door was open" }, "Closed | the door was open"],
  ["commented", { comment: "On my way" }, "Comment | On my way"],
  [
    "closed",
    { reason: "the condition no longer holds", cleared_by: { values: { temp_c: 3.9 } } },
    "Closed | the condition no longer holds | temp_c = 3.9",
  ],
  ["silenced", { until: "closed" }, "Silenced | until it is closed"],
  ["unanswered", { policy_name: "Cold chain" }, "Nobody answered | Cold chain"],
  ["looked_at", {}, "Looked at"],
])("says what %s is about", (event, detail, words) => {
  expect(told(at(1, event, detail))).toEqual([words]);
});

it("folds what repeats between two events that matter", () => {
  const failed = (minute: number) => at(minute, "notification_failed", { receiver: "Pager", attempt: minute });
  expect(
    told(
      at(1, "opened"),
      at(2, "retriggered"),
      failed(3),
      at(4, "retriggered"),
      failed(5),
      at(6, "acknowledged"),
      at(7, "retriggered"),
    ),
  ).toEqual(["Seen again", "Acknowledged", "Notification failed, 2 times | Pager", "Seen again, 2 times", "Opened"]);
});

it("shows each of them when it is asked to", () => {
  const timeline = [at(1, "opened"), at(2, "retriggered"), at(3, "retriggered")];
  expect(storyOf({ summary: "", timeline }, true)).toHaveLength(3);
});

it("says until when a silence lasts", () => {
  const [silence] = storyOf({ summary: "", timeline: [at(1, "silenced", { until: "2026-11-21T08:00:00Z" })] });
  expect(silence?.until).toBe("2026-11-21T08:00:00Z");
});
