/** JSON that people type. */
import { z } from "zod";

/** The object that a text is the JSON of; undefined when it is not one. */
export function parseObject(typed: string): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(typed);
  } catch {
    return undefined;
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** A field whose text must be the JSON of an object. */
export function objectText(wrong: string) {
  return z.string().refine((typed) => parseObject(typed) !== undefined, wrong);
}

/** JSON as people read it. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
