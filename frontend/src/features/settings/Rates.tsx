import type { ReactNode } from "react";
import { LimitFacts } from "@/components/LimitFacts";
import { ratesText as words } from "./text";

/** The operator's limits, for those whom they hold for. */
export function Rates({ limits }: { limits: Readonly<Record<string, string>> }): ReactNode {
  return (
    <>
      <p className="mb-3 text-sm text-muted">{words.detail}</p>
      <LimitFacts limits={limits} />
    </>
  );
}
