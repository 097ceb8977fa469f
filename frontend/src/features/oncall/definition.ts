/** A schedule as the form holds it, and as the API has it. Pure. */
import { z } from "zod";
import type { Schemas } from "@/api/types";
import { lengthWithin, type LengthLimits } from "@/lib/lengths";
import { text, WEEKDAYS } from "./text";

export const ROTATIONS = ["hourly", "daily", "weekly", "custom"] as const satisfies Schemas["Rotation"][];
export const MAX_LAYERS = 20;
export const SHIFT: LengthLimits = { unit: "hours", least: 1, most: 2016 };

const days = WEEKDAYS.map(([day]) => day);

const responder = z.object({
  name: z.string().trim().min(1, text.needed).max(100),
  email: z
    .string()
    .trim()
    .regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, text.emailWrong),
  channel_id: z.string(),
});

const layer = z.object({
  name: z.string().trim().min(1, text.needed).max(100),
  rotation: z.enum(ROTATIONS),
  shift_hours: lengthWithin(SHIFT),
  rotation_start: z.string().min(1, text.needed),
  responders: z.array(responder).min(1),
  restrictions: z.array(
    z.object({
      weekdays: z.array(z.enum(days)),
      start: z.string().min(1, text.needed),
      end: z.string().min(1, text.needed),
    }),
  ),
});

export const scheduleSchema = z.object({
  name: z.string().trim().min(1, text.needed).max(100),
  description: z.string().max(1000),
  timezone: z.string().min(1, text.needed),
  layers: z.array(layer),
});

export type ScheduleForm = z.infer<typeof scheduleSchema>;
export type LayerForm = ScheduleForm["layers"][number];

export const newResponder = (): LayerForm["responders"][number] => ({ name: "", email: "", channel_id: "" });

/** A layer that hands over every week, from `start` on. */
export const newLayer = (name: string, start: string): LayerForm => ({
  name,
  rotation: "weekly",
  shift_hours: 12,
  rotation_start: start,
  responders: [newResponder()],
  restrictions: [],
});

/** Times without the seconds that inputs don't want. */
const short = (time: string, length: number): string => time.slice(0, length);

export function formOf(schedule: Schemas["OncallSchedule"]): ScheduleForm {
  return {
    name: schedule.name,
    description: schedule.description,
    timezone: schedule.timezone,
    layers: [...schedule.layers]
      .sort((a, b) => a.priority - b.priority)
      .map((given) => ({
        name: given.name,
        rotation: given.rotation,
        shift_hours: given.shift_hours ?? 12,
        rotation_start: short(given.rotation_start, "2026-11-21T14:05".length),
        responders: given.responders.map((person) => ({ ...person, channel_id: person.channel_id ?? "" })),
        restrictions: given.restrictions.map((hours) => ({
          weekdays: [...hours.weekdays],
          start: short(hours.start, "14:05".length),
          end: short(hours.end, "14:05".length),
        })),
      })),
  };
}

/** What the API is told: the order of the layers is their priority. */
export function definitionOf(form: ScheduleForm): Schemas["DescribeSchedule"] {
  return {
    ...form,
    layers: form.layers.map((given, index) => ({
      ...given,
      priority: index + 1,
      shift_hours: given.rotation === "custom" ? given.shift_hours : null,
      responders: given.responders.map((person) => ({ ...person, channel_id: person.channel_id || null })),
    })),
  };
}
