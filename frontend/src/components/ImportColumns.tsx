import type { ReactNode } from "react";
import { Panel } from "./Panel";
import { Badge } from "./Status";
import { importText as text } from "./text";

/** A column that a file may have. */
export interface ImportColumn {
  meaning: string;
  example: string;
  needed?: boolean;
}

/** What a file may hold, for who has none to drop yet. */
export function ColumnTable({ columns }: { columns: Readonly<Record<string, ImportColumn>> }): ReactNode {
  return (
    <Panel flush title={text.fileColumns}>
      <div className="relative overflow-x-auto">
        <table className="w-full text-left text-sm">
          <caption className="sr-only">{text.fileColumns}</caption>
          <thead className="text-xs text-muted">
            <tr>
              {[text.columnHeads.name, text.columnHeads.meaning, text.columnHeads.example].map((head) => (
                <th key={head} scope="col" className="px-3 py-1.5 font-medium">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y border-t">
            {Object.entries(columns).map(([name, { meaning, example, needed }]) => (
              <tr key={name}>
                <th scope="row" className="px-3 py-1.5 font-normal whitespace-nowrap">
                  <code className="font-mono text-xs">{name}</code>{" "}
                  {needed === true && <Badge tone="accent">{text.needed}</Badge>}
                </th>
                <td className="px-3 py-1.5">{meaning}</td>
                <td className="px-3 py-1.5">
                  <code className="font-mono text-xs break-all text-muted">{example}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
