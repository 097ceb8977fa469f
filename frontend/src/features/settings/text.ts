import type { Schemas } from "@/api/types";
import { count, counted } from "@/lib/numbers";
import { duration } from "@/lib/time";

export const text = {
  title: "Settings",
  description: "What holds for everybody of your organisation. What is yours alone is in the menu at the top right.",
  save: "Save",
  needed: "is needed",
  whole: "must be a whole number",
};

export const profileText = {
  title: "Organisation",
  name: "Name",
  id: "Id",
  timezone: "Time zone",
  timezoneHint: "Days of reports begin and end by its clocks.",
  since: "Since",
  saved: "The settings are saved",
};

export const accessText = {
  title: "Where it may be called from",
  detail: "People and programs get in from these networks alone. Devices are not concerned. Empty lets everybody in.",
  networks: "Networks",
  networksHint: "such as 192.0.2.0/24 or 2001:db8::/48",
  own: (address: string) => `You call from ${address}.`,
  addOwn: "Add my address",
  open: "from anywhere",
  save: "Save networks",
  saved: "The networks hold within a minute",
};

export const limitText = {
  title: "Alerts at once",
  detail:
    "What is beyond opens no alert; one alert says how many are held. What is still true opens when there is room.",
  perHour: "Alerts in an hour, at most",
  perHourHint: "Empty for no limit of your own. The operator's hold beside it.",
  most: "is a whole number from 1 to 1,000,000, or empty",
  used: ({ alerts, seconds, opened }: Schemas["LimitState"]) =>
    `${count(opened)} of ${count(alerts)} in the last ${duration(seconds * 1000)}`,
  held: (held: number) => (held === 0 ? "Nothing is held back." : `${counted(held, "alert")} held back`),
  since: "since",
  save: "Save limit",
  saved: "The limit is saved",
};

export const digestText = {
  title: "Digest",
  detail: "A summary of alerts and of the fleet, by e-mail.",
  enabled: "Send it",
  cadence: "How often",
  cadences: { DAILY: "every day", WEEKLY: "every week" } satisfies Record<Schemas["Cadence"], string>,
  weekday: "On",
  weekdays: {
    monday: "Monday",
    tuesday: "Tuesday",
    wednesday: "Wednesday",
    thursday: "Thursday",
    friday: "Friday",
    saturday: "Saturday",
    sunday: "Sunday",
  } satisfies Record<Schemas["Weekday"], string>,
  hour: "At",
  timezone: "By the clocks of",
  recipients: "To",
  recipientsHint: "E-mail addresses, at most 20",
  recipientNeeded: "needs somebody to go to",
  emailWrong: "has to be e-mail addresses",
  next: "Next",
  off: "It is off.",
  last: "Last",
  states: {
    PENDING: "on its way",
    SENT: "sent",
    FAILED: "could not be sent",
    CANCELLED: "not sent: it was switched off",
  } satisfies Record<Schemas["RunStatus"], string>,
  preview: "Show what it would say",
  previewTitle: "The digest, if the time were over now",
  subject: "Subject",
  body: "Text",
  save: "Save digest",
  saved: "The digest is saved",
};

export const ratesText = {
  title: "Limits",
  detail: "Set by the operator. Whoever is beyond one is told when to come back.",
  columns: { name: "For", rates: "At most" },
};
