/** The way of a small line. Pure. */

/** A place along the line, such as milliseconds, and the value there; null where nothing was measured. */
export type SparkPoint = readonly [at: number, value: number | null];

interface Room {
  /** Places at which it begins and ends. */
  start: number;
  end: number;
  /** What its foot stands for; without one, the lowest value. */
  base?: number | undefined;
  width: number;
  height: number;
}

/** Half of the line's own width, at the top and at the foot. */
const EDGE = 1;

/** An SVG path through the values, with a gap at each null; a value between two gaps is a dot. */
export function sparkPath(points: readonly SparkPoint[], { start, end, base, width, height }: Room): string {
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  const foot = base ?? Math.min(...values);
  const rise = Math.max(...values) - foot || 1;
  const round = (number: number): number => Math.round(number * 10) / 10;
  const x = (at: number): number => round((width * (at - start)) / (end - start || 1));
  const y = (value: number): number => round(height - EDGE - ((height - 2 * EDGE) * (value - foot)) / rise);
  return points
    .map(([at, value], place) => {
      if (value === null) return "";
      const before = points[place - 1]?.[1] ?? null;
      // A line of no length, whose round ends are seen.
      return before === null ? `M${x(at)} ${y(value)}h0` : `L${x(at)} ${y(value)}`;
    })
    .join("");
}
