/** The order in which routing rules are asked: by their number, and those of the same number by name. Pure. */

interface Placed {
  rule_id: string;
  priority: number;
}

const LAST = 1000;
/** The distance to the next rule where there is room: others fit between without a change of theirs. */
const STEP = 10;

/** Rules of the same number as another one. */
export function sharing(rules: readonly Placed[]): ReadonlySet<string> {
  const counts = new Map<number, number>();
  for (const { priority } of rules) counts.set(priority, (counts.get(priority) ?? 0) + 1);
  return new Set(rules.filter(({ priority }) => (counts.get(priority) ?? 0) > 1).map(({ rule_id }) => rule_id));
}

/**
 * The numbers to give so that the rule in one place comes to stand in another one, by rule: its own, and those of the
 * rules after it that would not come later any more. Where there is no room left all are numbered anew.
 */
export function numbersAfterMove(rules: readonly Placed[], from: number, to: number): ReadonlyMap<string, number> {
  const wanted = [...rules];
  const [moved] = wanted.splice(from, 1);
  if (moved === undefined || from === to) return new Map();
  wanted.splice(to, 0, moved);
  const numbers = new Map([[moved.rule_id, between(wanted[to - 1]?.priority, wanted[to + 1]?.priority)]]);
  let last = numbers.get(moved.rule_id) ?? LAST;
  for (const { rule_id, priority } of wanted.slice(to + 1)) {
    if (priority > last) break;
    last += 1;
    numbers.set(rule_id, last);
  }
  return last > LAST ? anew(wanted) : numbers;
}

function between(before: number | undefined, after: number | undefined): number {
  if (before === undefined) return Math.max(0, (after ?? 0) - STEP);
  if (after === undefined) return Math.min(before + STEP, Math.max(LAST, before + 1));
  return Math.max(before + 1, Math.min(before + STEP, Math.floor((before + after) / 2)));
}

function anew(wanted: readonly Placed[]): ReadonlyMap<string, number> {
  const step = Math.max(1, Math.min(STEP, Math.floor(LAST / wanted.length)));
  const numbers = wanted.map(({ rule_id, priority }, place) => [rule_id, place * step, priority] as const);
  return new Map(numbers.filter(([, number, priority]) => number !== priority).map(([id, number]) => [id, number]));
}
