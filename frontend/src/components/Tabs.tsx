import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { count } from "@/lib/numbers";

export interface Tab {
  value: string;
  label: ReactNode;
  /** How many things it has; undefined while nobody knows. */
  count?: number | undefined;
}

interface TabsProps {
  tabs: readonly Tab[];
  value: string;
  onChange: (value: string) => void;
  label: string;
  /** The panel of the tab that is chosen. */
  children: ReactNode;
}

export function Tabs({ tabs, value, onChange, label, children }: TabsProps): ReactNode {
  return (
    <Radix.Root value={value} onValueChange={onChange} className="min-w-0">
      <Radix.List aria-label={label} className="mb-3 flex gap-1 overflow-x-auto border-b max-sm:flex-wrap">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px flex items-center gap-1.5 border-b-2 border-transparent px-2.5 py-1.5 text-sm whitespace-nowrap text-muted -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {tab.label}{" "}
            {tab.count !== undefined && (
              <span className="tabular rounded-full bg-raised px-1.5 text-xs text-muted">{count(tab.count)}</span>
            )}
          </Radix.Trigger>
        ))}
      </Radix.List>
      <Radix.Content value={value} className="min-w-0 -outline-offset-1">
        {children}
      </Radix.Content>
    </Radix.Root>
  );
}
