import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { Badge } from "./Status";
import { commandStatusWords } from "./text";

type Status = Schemas["CommandStatus"];

const TONES = {
  QUEUED: "accent",
  DELIVERED: "accent",
  ACKNOWLEDGED: "good",
  REJECTED: "bad",
  EXPIRED: "warn",
  CANCELLED: "neutral",
} as const satisfies Record<Status, string>;

export const COMMAND_STATUSES = Object.keys(TONES) as Status[];

export function CommandStatusBadge({ status }: { status: Status }): ReactNode {
  return <Badge tone={TONES[status]}>{commandStatusWords[status]}</Badge>;
}
