/** What an entry of the log says was changed. Pure. */

export interface FieldChange {
  field: string;
  /** Undefined where there was, or is, none. */
  before: string | undefined;
  after: string | undefined;
}

type State = Record<string, unknown> | null;

/** Fields that differ, by name; parts of objects by their path ("config.url"). Versions say nothing to people. */
export function changesBetween(before: State, after: State): FieldChange[] {
  const left = flat(before);
  const right = flat(after);
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((field) => field !== "version" && left.get(field) !== right.get(field))
    .sort()
    .map((field) => ({ field, before: left.get(field), after: right.get(field) }));
}

function flat(state: State, path = "", found = new Map<string, string>()): Map<string, string> {
  for (const [name, value] of Object.entries(state ?? {})) {
    if (isObject(value) && Object.keys(value).length > 0) flat(value, `${path}${name}.`, found);
    else found.set(path + name, typeof value === "string" ? value : JSON.stringify(value));
  }
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
