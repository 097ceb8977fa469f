import type { Curve } from "./queries";
import { text } from "./text";

/** More lines than these can't be told apart. */
const MOST_LINES = 6;

/** The curves that rise highest, which are those that somebody looks for. */
export function highest(curves: readonly Curve[]): Curve[] {
  const peak = ({ points }: Curve): number => Math.max(...points.map(({ value }) => value), -Infinity);
  return curves.toSorted((one, other) => peak(other) - peak(one)).slice(0, MOST_LINES);
}

/** What the curves say last, in words. */
export function newestOf(curves: readonly Curve[]): string {
  return curves
    .flatMap(({ subject, unit, points }) => {
      const last = points.at(-1);
      return last === undefined ? [] : [text.newest(subject, last.value, unit)];
    })
    .join(", ");
}
