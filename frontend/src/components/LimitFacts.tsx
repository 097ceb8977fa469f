import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { Facts } from "./Panel";
import { limitWords, rateWords } from "./text";

type LimitName = Schemas["LimitName"];

/** Limits, as "requests:seconds,requests:seconds" by name, in words. */
export function LimitFacts({ limits }: { limits: Readonly<Partial<Record<string, string>>> }): ReactNode {
  const facts = Object.entries(limits).map(([name, rates]): [string, string] => [
    limitWords[name as LimitName],
    ratesInWords(rates ?? ""),
  ]);
  return <Facts facts={facts} className="grid-cols-[minmax(12rem,auto)_1fr] tabular" />;
}

export function ratesInWords(rates: string): string {
  return rates
    .split(",")
    .map((rate) => {
      const [amount = "", seconds = ""] = rate.split(":");
      return rateWords(Number(amount), Number(seconds));
    })
    .join(", ");
}
