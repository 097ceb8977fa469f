/** Lengths of time that people set, as a number and a unit. Everything inside counts them as the API does. Pure. */
import { z } from "zod";

const SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;

export type LengthUnit = keyof typeof SECONDS;

/** What a length may be, counted in the unit of the API. */
export interface LengthLimits {
  unit: LengthUnit;
  least: number;
  most: number;
}

/** A length as it is typed. */
export interface TypedLength {
  amount: string;
  unit: LengthUnit;
}

const UNITS = Object.keys(SECONDS) as LengthUnit[];
const SHORT: Record<LengthUnit, string> = { seconds: "s", minutes: "min", hours: "h", days: "d" };
/** What is computed is exact to this many of the smallest parts of a unit: 0.7 hours are 42 minutes, not 41.99…. */
const EXACT = 1e6;

/** The units in which a length can be told: none finer than the API's, none longer than the longest length. */
export function unitsWithin({ unit, most }: LengthLimits): LengthUnit[] {
  return UNITS.filter((each) => SECONDS[each] >= SECONDS[unit] && SECONDS[each] <= most * SECONDS[unit]);
}

/** The longest unit in which a length is a whole number; of none or of nothing the one that people think in. */
function unitOf(value: number, unit: LengthUnit, among: readonly LengthUnit[]): LengthUnit {
  if (!Number.isFinite(value) || value === 0) return among.find((each) => each !== "seconds") ?? unit;
  return among.findLast((each) => (value * SECONDS[unit]) % SECONDS[each] === 0) ?? unit;
}

/** What stands in an input for a length: 300 seconds are 5 minutes. */
export function typedOf(value: number | null, limits: LengthLimits): TypedLength {
  const known = value ?? Number.NaN;
  const unit = unitOf(known, limits.unit, unitsWithin(limits));
  return { amount: Number.isFinite(known) ? String((known * SECONDS[limits.unit]) / SECONDS[unit]) : "", unit };
}

/** What was typed, counted in the API's unit; NaN of nothing. */
export function valueOf({ amount, unit }: TypedLength, { unit: counted }: LengthLimits): number {
  if (amount.trim() === "") return Number.NaN;
  return Math.round(((Number(amount) * SECONDS[unit]) / SECONDS[counted]) * EXACT) / EXACT;
}

/** "5 min" of 300 seconds, "90 s" of 90: nothing is rounded away. */
export function lengthOf(value: number, unit: LengthUnit): string {
  const longest = unitOf(value, unit, UNITS);
  return `${(value * SECONDS[unit]) / SECONDS[longest]} ${SHORT[longest]}`;
}

/** "5 minutes" of 300 seconds, for sentences. */
function lengthInWords(value: number, unit: LengthUnit): string {
  const longest = unitOf(value, unit, UNITS);
  const amount = (value * SECONDS[unit]) / SECONDS[longest];
  return `${amount} ${amount === 1 ? longest.slice(0, -1) : longest}`;
}

/** A length within its limits, which are told in the units of people. */
export function lengthWithin({ unit, least, most }: LengthLimits): z.ZodNumber {
  return z
    .number({ error: "is needed" })
    .int(`must be whole ${unit}`)
    .min(least, `must be at least ${lengthInWords(least, unit)}`)
    .max(most, `must be at most ${lengthInWords(most, unit)}`);
}
