/** A route of alerts to a channel, as its form has it. Pure. */
import { z } from "zod";
import { lengthWithin, type LengthLimits } from "@/lib/lengths";
import { routeText as text } from "./text";

export const THROTTLE: LengthLimits = { unit: "minutes", least: 0, most: 10_080 };

export const routeSchema = z.object({
  name: z.string().trim().min(1, text.needed).max(100),
  channel_id: z.string().min(1, text.needed),
  priority: z.int({ error: text.priorityWrong }).min(0, text.priorityWrong).max(1000, text.priorityWrong),
  min_severity: z.enum(["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"]),
  /** What happens to an alert, by the names that the API has for it. */
  moments: z.array(z.string()).min(1, text.momentNeeded),
  alert_types: z.array(z.string()),
  site_ids: z.array(z.string()),
  group_ids: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  throttle_minutes: lengthWithin(THROTTLE),
  stop: z.boolean(),
  enabled: z.boolean(),
});

export type RouteValues = z.infer<typeof routeSchema>;

/** A new route, but for what is known of it: of every alert, every time. */
export function routeWith(known: Partial<RouteValues>): RouteValues {
  return {
    name: "",
    channel_id: "",
    priority: 100,
    min_severity: "INFO",
    moments: [],
    alert_types: [],
    site_ids: [],
    group_ids: [],
    tags: {},
    throttle_minutes: 0,
    stop: false,
    enabled: true,
    ...known,
  };
}
