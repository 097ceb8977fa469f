/** What a routing rule can be about, in the order of its form. */
export const EVENTS = [
  "opened",
  "severity_changed",
  "escalated",
  "unanswered",
  "acknowledged",
  "closed",
  "subscription_ending",
  "tenant_deletion",
] as const;

/** What a new rule is about: alerts. */
export const USUAL = EVENTS.filter((event) => event !== "subscription_ending" && event !== "tenant_deletion");
