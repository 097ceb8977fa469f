/** Limits as people write them: a line for each, "name rates". Pure. */
import type { LimitName } from "./queries";

const NAMES = [
  "api_user",
  "api_tenant",
  "api_export",
  "activation",
  "claim",
  "api_channel_test",
  "api_command",
  "commands_tenant",
  "ingest_device",
  "device_report",
  "ingest_tenant",
  "alerts_tenant",
  "inbound_source",
] as const satisfies readonly LimitName[];

type Limits = Partial<Record<LimitName, string>>;

const RATES = /^\d+:\d+(,\d+:\d+)*$/;

/** The first line that says nothing; undefined when every one does. */
export function wrongLine(written: string): string | undefined {
  return linesOf(written).find((line) => parsed(line) === undefined);
}

/** The limits that are written; lines that say nothing are left out. */
export function limitsIn(written: string): Limits {
  return Object.fromEntries(
    linesOf(written)
      .flatMap((line) => parsed(line) ?? [])
      .map(({ name, rates }) => [name, rates]),
  );
}

export function written(limits: Readonly<Record<string, string>>): string {
  return Object.entries(limits)
    .map(([name, rates]) => `${name} ${rates}`)
    .sort()
    .join("\n");
}

/** What makes the old limits the new ones: null takes one back. */
export function changeOf(
  before: Readonly<Record<string, string>>,
  after: Limits,
): Partial<Record<LimitName, string | null>> {
  const taken = NAMES.filter((name) => name in before && !(name in after)).map((name) => [name, null] as const);
  return { ...Object.fromEntries(taken), ...after };
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function parsed(line: string): { name: LimitName; rates: string } | undefined {
  const [given, rates, ...rest] = line.split(/\s+/);
  const name = NAMES.find((known) => known === given);
  return name !== undefined && rates !== undefined && rest.length === 0 && RATES.test(rates)
    ? { name, rates }
    : undefined;
}
