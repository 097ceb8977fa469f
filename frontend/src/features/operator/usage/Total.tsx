import type { ReactNode } from "react";
import { Panel } from "@/components/Panel";
import { byteSize, count } from "@/lib/numbers";
import { money } from "./money";
import { partsOf } from "./columns";
import type { Usage } from "./queries";
import { text } from "./text";

export function Total({ total, currency }: { total: Usage; currency: string }): ReactNode {
  const numbers = [
    [text.columns.cost, money(total.cost, currency)],
    [text.columns.messages, count(total.messages)],
    [text.columns.readings, count(total.readings)],
    [text.columns.notifications, count(total.notifications)],
    [text.columns.api_calls, count(total.api_calls)],
    [text.columns.stored, byteSize(total.stored_bytes)],
  ] as const;
  return (
    <Panel title={text.total} className="mb-4">
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3 xl:grid-cols-6">
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="tabular text-xl font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-xs text-muted">{partsOf(total, currency)}</p>
    </Panel>
  );
}
