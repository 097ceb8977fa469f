/** Names that look like another one: what somebody may have meant. Pure. */

/** "Motor.tempC" is of "motor", "temp" and "c". */
function partsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== "");
}

/** How short the beginning of a word may be that stands for it: temp of temperature. */
const SHORTEST = 3;

function isAlike(one: string, other: string): boolean {
  if (one === other) return true;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length >= SHORTEST && (long.startsWith(short) || (short.length > SHORTEST && isOneOff(short, long)));
}

/** Whether one letter too many, too few or wrong, or two that changed places, make one word of the other. */
function isOneOff(short: string, long: string): boolean {
  if (long.length - short.length > 1) return false;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same += 1;
  const [left, right] = [short.slice(same), long.slice(same)];
  return (
    left.slice(1) === right.slice(1) ||
    left === right.slice(1) ||
    (left.slice(2) === right.slice(2) && left[0] === right[1] && left[1] === right[0])
  );
}

/** Those of the known names that share most words with the given one, the likest first. */
export function lookAlikes(name: string, known: readonly string[], most = 3): string[] {
  const wanted = partsOf(name);
  return known
    .map((other) => {
      const parts = partsOf(other);
      const shared = wanted.filter((part) => parts.some((each) => isAlike(part, each))).length;
      return { other, likeness: shared / Math.max(wanted.length, parts.length) };
    })
    .filter(({ likeness }) => likeness > 0)
    .sort((a, b) => b.likeness - a.likeness || a.other.localeCompare(b.other))
    .slice(0, most)
    .map(({ other }) => other);
}
