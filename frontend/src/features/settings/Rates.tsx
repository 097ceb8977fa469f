import type { ReactNode } from "react";
import { Facts } from "@/components/Panel";
import { ratesText as words } from "./text";

/** The operator's limits, as "requests:seconds,requests:seconds" by name, in words. */
export function Rates({ limits }: { limits: Readonly<Record<string, string>> }): ReactNode {
  const facts = Object.entries(limits).map(([name, rates]): [string, string] => [
    words.names[name] ?? name,
    inWords(rates),
  ]);
  return (
    <>
      <p className="mb-3 text-sm text-muted">{words.detail}</p>
      <Facts facts={facts} className="grid-cols-[minmax(12rem,auto)_1fr] tabular" />
    </>
  );
}

export function inWords(rates: string): string {
  return rates
    .split(",")
    .map((rate) => {
      const [amount = "", seconds = ""] = rate.split(":");
      return words.rate(Number(amount), Number(seconds));
    })
    .join(", ");
}
