const plain = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 3 });
const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** "1,204" of a count. */
export function count(value: number): string {
  return whole.format(value);
}

/** A metric's value: numbers with at most three decimals, booleans as words. */
export function metricValue(value: number | boolean): string {
  return typeof value === "boolean" ? (value ? "true" : "false") : plain.format(value);
}

/** "99.97 %"; a dash for what is not known. */
export function percent(value: number | null): string {
  return value === null ? "–" : `${new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 }).format(value)} %`;
}

/** "1 device", "3 devices". */
export function counted(value: number, one: string, many: string = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const SIZES = ["bytes", "kB", "MB", "GB", "TB", "PB"] as const;

/** "12 bytes", "3.4 MB": three digits at most, in steps of a thousand. */
export function byteSize(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${plain.format(Number((bytes / 1000 ** step).toPrecision(3)))} ${SIZES[step] ?? ""}`;
}
