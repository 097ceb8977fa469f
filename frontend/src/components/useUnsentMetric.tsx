import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { metricReference } from "@/api/choices";
import { usePermission } from "@/auth/permissions";
import { lookAlikes } from "@/lib/lookAlikes";
import { metricText as text } from "./text";

/** The API names no more; of others nobody can say whether they are sent. */
const MOST_NAMES = 200;

/**
 * What to know of a metric that no device has sent lately, which a rule on it can't alert of; undefined of one that is
 * sent, and while nobody knows.
 */
export function useUnsentMetric(): (metric: string) => ReactNode {
  const { data } = useQuery({ ...metricReference, enabled: usePermission("metrics:read") });
  return (typed) => {
    const metric = typed.trim();
    if (metric === "" || data === undefined || data.raw.length >= MOST_NAMES) return undefined;
    const sent = [...new Set([...data.raw.map((raw) => raw.metric), ...data.normalized, ...data.unmapped])];
    if (sent.includes(metric)) return undefined;
    return <span className="text-stale">{text.unsent(metric, lookAlikes(metric, sent))}</span>;
  };
}
