import type { ReactNode } from "react";
import { Badge } from "@/components/Status";
import type { TenantStatus } from "./queries";
import { statusWords } from "./text";

const TONES = { ACTIVE: "good", SUSPENDED: "warn", DELETED: "neutral" } as const;

export function TenantStatusBadge({ status }: { status: TenantStatus }): ReactNode {
  return <Badge tone={TONES[status]}>{statusWords[status]}</Badge>;
}
