/** A policy as the form holds it, and as the API has it. Pure. */
import { z } from "zod";
import type { Schemas } from "@/api/types";
import { lengthWithin, type LengthLimits } from "@/lib/lengths";
import { text } from "./text";

export const MAX_LEVELS = 10;
export const MAX_TARGETS = 20;
export const MOST_REPEATS = 5;
/** How soon a level is reached, or an alert opens again. */
export const DELAY: LengthLimits = { unit: "minutes", least: 1, most: 10_080 };

const target = z
  .object({
    kind: z.enum(["channel", "schedule", "email"]),
    /** An id, or an address. */
    whom: z.string().trim().min(1, text.needed),
  })
  .refine(({ kind, whom }) => kind !== "email" || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(whom), {
    path: ["whom"],
    error: text.emailWrong,
  });

export const policySchema = z.object({
  name: z.string().trim().min(1, text.needed).max(100),
  description: z.string().max(1000),
  is_default: z.boolean(),
  levels: z.array(z.object({ delay_minutes: lengthWithin(DELAY), targets: z.array(target).min(1) })).min(1),
  repeat: z.number(),
  acknowledgement_timeout_minutes: lengthWithin(DELAY).nullable(),
});

export type PolicyForm = z.infer<typeof policySchema>;
export type TargetForm = PolicyForm["levels"][number]["targets"][number];

export const newTarget = (): TargetForm => ({ kind: "schedule", whom: "" });
export const newLevel = (): PolicyForm["levels"][number] => ({ delay_minutes: 15, targets: [newTarget()] });

export function formOf(policy: Schemas["EscalationPolicy"] | undefined): PolicyForm {
  if (policy === undefined) {
    return {
      name: "",
      description: "",
      is_default: false,
      levels: [{ ...newLevel(), delay_minutes: 5 }],
      repeat: 0,
      acknowledgement_timeout_minutes: null,
    };
  }
  return {
    name: policy.name,
    description: policy.description,
    is_default: policy.is_default,
    levels: policy.levels.map((level) => ({
      delay_minutes: level.delay_minutes,
      targets: level.targets.map((given) => ({ kind: given.kind, whom: whomOf(given) })),
    })),
    repeat: policy.repeat,
    acknowledgement_timeout_minutes: policy.acknowledgement_timeout_minutes,
  };
}

/** The id or the address of a target. */
export function whomOf(target: Schemas["Level"]["targets"][number]): string {
  switch (target.kind) {
    case "channel":
      return target.channel_id;
    case "schedule":
      return target.schedule_id;
    case "email":
      return target.email;
  }
}

export function definitionOf(form: PolicyForm): Schemas["DescribePolicy"] {
  return {
    ...form,
    levels: form.levels.map((level) => ({ ...level, targets: level.targets.map(targetOf) })),
  };
}

function targetOf({ kind, whom }: TargetForm): Schemas["Level"]["targets"][number] {
  switch (kind) {
    case "channel":
      return { kind, channel_id: whom };
    case "schedule":
      return { kind, schedule_id: whom };
    case "email":
      return { kind, email: whom };
  }
}
