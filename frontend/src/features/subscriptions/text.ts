import { counted } from "@/lib/numbers";

export const text = {
  title: "Subscriptions",
  description: "For how many devices you may use Pulse, and how long.",
  status: "Status",
  anyStatus: "All but expired ones",
  columns: { name: "Subscription", status: "Status", seats: "Devices", term: "Term ends" },
  free: (free: number) => `${counted(free, "more device")} can be added.`,
  full: "Every seat is taken: no device can be added.",
  restricted: "What you have is suspended or expired: devices are not heard and nothing can be changed.",
  empty: "No subscription",
  emptyDetail: "Your operator grants one; until then the limit of devices is theirs.",
  emptyFiltered: "No subscription is in this state",
  renew: "Ask for a renewal",
  renewTitle: (name: string) => `Ask for another term of ${name}`,
  renewDescription: "An operator decides on it. The new term begins when the one of now ends.",
  term: "For",
  terms: { "30": "30 days", "90": "90 days", "365": "a year", "730": "two years" },
  seatsWanted: "Devices, at most",
  seatsHint: "Empty for as many as now",
  seatsWrong: "is a whole number, or empty",
  note: "What the operator should know",
  ask: "Ask",
  asked: (name: string) => `A renewal of ${name} is asked for`,
  renewals: "Renewals",
  noRenewals: "No renewal was asked for yet.",
  renewalColumns: { subscription: "Subscription", wanted: "Asked for", status: "Status", when: "When" },
  granted: (days: number, seats: number | null) =>
    seats === null
      ? `granted: ${counted(days, "day")}`
      : `granted: ${counted(days, "day")}, ${counted(seats, "seat")}`,
  wanted: (days: number, seats: number | null) =>
    seats === null ? counted(days, "day") : `${counted(days, "day")}, ${counted(seats, "device")}`,
  withdraw: "Withdraw",
  withdrawn: "The request is withdrawn",
};
