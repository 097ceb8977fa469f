import type { ReactNode } from "react";
import { Link } from "react-router";
import type { AlertStatus } from "@/api/types";
import { EmptyState } from "./States";
import { noOpenAlertsText as text } from "./text";

interface NoOpenAlertsProps {
  /** Of the whole tenant. */
  counts: Partial<Record<AlertStatus, number>>;
}

/** In place of a list of open alerts: whether nothing is wrong, or somebody is at work on what is. */
export function NoOpenAlerts({ counts: { OPEN = 0, ACKNOWLEDGED = 0 } }: NoOpenAlertsProps): ReactNode {
  return (
    <EmptyState
      title={OPEN + ACKNOWLEDGED === 0 ? text.calm : text.noneOpen}
      action={
        ACKNOWLEDGED > 0 && (
          <Link to="/alerts?status=ACKNOWLEDGED" className="text-sm text-accent hover:underline">
            {text.acknowledged(ACKNOWLEDGED)}
          </Link>
        )
      }
    >
      {text.detail}
    </EmptyState>
  );
}
