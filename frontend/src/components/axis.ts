/** What stands beside a chart's lines, and the room for it. Pure. */

/** Enough for neighbouring ticks to differ, too few for what computers add to 0.1 + 0.2. */
const tick = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 9 });

/** Pixels of a figure, of the lines between it and the chart, and of the whole at least. */
const CHARACTER = 7;
const BESIDE = 21;
const LEAST = 56;

/** "5 °C" of 5, where all lines are of one unit. */
export function ticksIn(values: readonly number[], unit: string | null): string[] {
  return values.map((value) => (unit === null ? tick.format(value) : `${tick.format(value)} ${unit}`));
}

/** How wide an axis has to be for the longest of its ticks. */
export function axisWidth(ticks: readonly string[] | null): number {
  const longest = Math.max(0, ...(ticks ?? []).map(({ length }) => length));
  return Math.max(LEAST, BESIDE + CHARACTER * longest);
}

/** The unit that all lines have; null where one has another, or none. */
export function sharedUnit(lines: readonly { unit: string | null }[]): string | null {
  const [unit = null, ...others] = new Set(lines.map((line) => line.unit));
  return others.length === 0 && unit !== "" ? unit : null;
}
