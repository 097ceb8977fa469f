/** What fills a dynamic group, as the form has it, as the API has it, and in words. Pure. */
import { z } from "zod";
import { DEVICE_STATUSES, type Schemas } from "@/api/types";
import { lifecycleWords, statusWords } from "@/components/text";
import { text } from "./text";

type DeviceFilter = Schemas["DeviceFilter"];

export const LIFECYCLES = ["ACTIVE", "SUSPENDED", "DECOMMISSIONED"] as const;

export const filterSchema = z.object({
  q: z.string().trim().max(100),
  statuses: z.array(z.enum(["ONLINE", "STALE", "OFFLINE", "PENDING"])),
  site_ids: z.array(z.string()),
  device_types: z.array(z.string()),
  /** "zone=dairy", or "zone" for whatever value. */
  tags: z.array(z.string()),
  lifecycle: z.enum(LIFECYCLES).or(z.literal("")),
  parent_device_id: z.string(),
});

export type FilterForm = z.infer<typeof filterSchema>;

export const NO_FILTER: FilterForm = {
  q: "",
  statuses: [],
  site_ids: [],
  device_types: [],
  tags: [],
  lifecycle: "",
  parent_device_id: "",
};

export function isEmpty(filter: FilterForm): boolean {
  return Object.values(filter).every((part) => part.length === 0);
}

export function formOf(filter: DeviceFilter | null | undefined): FilterForm {
  if (!filter) return NO_FILTER;
  const tags = Object.entries(filter.tags as Record<string, string | null>);
  return {
    q: filter.q ?? "",
    statuses: DEVICE_STATUSES.filter((status) => filter.statuses.includes(status)),
    site_ids: [...filter.site_ids],
    device_types: [...filter.device_types],
    tags: tags.map(([tag, value]) => (value === null ? tag : `${tag}=${value}`)),
    lifecycle: filter.lifecycle ?? "",
    parent_device_id: filter.parent_device_id ?? "",
  };
}

export function filterOf({ q, tags, lifecycle, parent_device_id, ...lists }: FilterForm): DeviceFilter {
  return {
    ...lists,
    q: q === "" ? null : q,
    lifecycle: lifecycle === "" ? null : lifecycle,
    parent_device_id: parent_device_id === "" ? null : parent_device_id,
    tags: Object.fromEntries(
      tags.map((token) => {
        const [tag = "", ...value] = token.split("=");
        return [tag, value.length === 0 ? null : value.join("=")];
      }),
    ),
  };
}

/** "that are Offline, at oslo-1 or bergen-2, tagged zone=dairy". */
export function inWords(filter: DeviceFilter | null): string {
  if (filter === null) return text.byHand;
  const form = formOf(filter);
  const { words } = text.filter;
  const parts: [word: string, values: string[], between: string][] = [
    [words.status, form.statuses.map((status) => statusWords[status]), " or "],
    [words.site, form.site_ids, " or "],
    [words.type, form.device_types, " or "],
    [words.tag, form.tags, " and "],
    [words.q, form.q === "" ? [] : [`“${form.q}”`], ""],
    [words.lifecycle, form.lifecycle === "" ? [] : [lifecycleWords[form.lifecycle].toLowerCase()], ""],
    [words.gateway, form.parent_device_id === "" ? [] : [form.parent_device_id], ""],
  ];
  const told = parts.filter(([, values]) => values.length > 0);
  if (told.length === 0) return text.filter.everything;
  return told.map(([word, values, between]) => `${word} ${values.join(between)}`.trim()).join(", ");
}
