import type { Schemas } from "@/api/types";
import { counted } from "@/lib/numbers";

export const stateWords: Record<Schemas["WindowState"], string> = {
  ACTIVE: "On now",
  UPCOMING: "To come",
  EXPIRED: "Over",
};

export const WEEKDAYS = [
  ["MO", "Mon", "Monday"],
  ["TU", "Tue", "Tuesday"],
  ["WE", "Wed", "Wednesday"],
  ["TH", "Thu", "Thursday"],
  ["FR", "Fri", "Friday"],
  ["SA", "Sat", "Saturday"],
  ["SU", "Sun", "Sunday"],
] as const;

export const repeatWords = {
  once: "Once",
  daily: "Every day, or every few days",
  weekly: "Every week, on some days",
  monthly: "Every month, on the same day",
  custom: "By a rule of one's own (RFC 5545)",
};

export const text = {
  title: "Maintenance windows",
  description:
    "Times in which what is seen of some devices opens no alert. What still holds at the end opens one then.",
  add: "New window",
  state: "State",
  anyState: "Every state",
  empty: "No window is planned",
  emptyDetail: "Plan one before somebody works on devices, so that nobody is called because of it.",
  emptyFiltered: "No window is in this state",
  columns: { name: "Window", state: "State", next: "Next time", repeats: "Repeats", devices: "For", held: "Held back" },
  actions: (name: string) => `Actions for ${name}`,
  more: "More",
  edit: "Edit",
  end: "End now",
  endTitle: (name: string) => `End ${name} now?`,
  endDescription:
    "Its devices alert again from now on, and what was held back and still holds opens alerts within a minute.",
  endOnce: "This time alone ends; the times to come stay as planned.",
  ended: (name: string) => `${name} has ended`,
  remove: "Delete",
  removeTitle: (name: string) => `Delete ${name}?`,
  removeDescription: "It has not begun, so that nothing of it stays. This can't be undone.",
  removed: (name: string) => `${name} is deleted`,
  finish: "End for good",
  finishTitle: (name: string) => `End ${name} for good?`,
  finishDescription:
    "It does not come again, and what it holds back alerts at once. What has taken place stays in reports, and the window in this list. This can't be undone.",
  saved: (name: string) => `${name} is planned`,
  chart: "The next two weeks",
  bar: (name: string, start: string, end: string) => `${name}: ${start} to ${end}`,
  newTitle: "New maintenance window",
  begun:
    "It has begun. What has taken place stays in reports: for which devices it is can't be changed any more, and when it is only from now on.",
  name: "Name",
  windowDescription: "Description",
  starts: "From",
  ends: "Until",
  timezone: "By the clocks of",
  repeat: "Repeats",
  every: { daily: "Every so many days", weekly: "Every so many weeks", monthly: "Every so many months" },
  days: "On",
  dayNeeded: "choose at least one day",
  until: "Last day",
  untilHint: "Empty: it goes on for as long as it may, ten years.",
  rule: "Rule",
  ruleHint: "Such as FREQ=MONTHLY;BYDAY=1SU",
  save: "Save",
  needed: "is needed",
  number: "must be a whole number from 1 on",
  endBeforeStart: "must be after the start",
  once: "once",
  eachDay: (interval: number) => (interval === 1 ? "every day" : `every ${counted(interval, "day")}`),
  eachWeek: (interval: number, days: string) =>
    `${interval === 1 ? "every week" : `every ${counted(interval, "week")}`} on ${days}`,
  eachMonth: (interval: number, day: number) =>
    `${interval === 1 ? "every month" : `every ${counted(interval, "month")}`} on day ${day}`,
  untilDay: (words: string, day: string) => `${words}, until ${day}`,
};
