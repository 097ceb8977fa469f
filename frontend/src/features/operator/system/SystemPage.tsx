import type { ReactNode } from "react";
import { PageHeader } from "@/components/Panel";
import { Tabs } from "@/components/Tabs";
import { useSearchState } from "@/lib/useSearchState";
import { CapacityView } from "./CapacityView";
import { ErrorsView } from "./ErrorsView";
import { HealthView } from "./HealthView";
import { MetricsView } from "./MetricsView";
import { text } from "./text";

const VIEWS = { health: HealthView, metrics: MetricsView, capacity: CapacityView, errors: ErrorsView } as const;
type View = keyof typeof VIEWS;
const NAMES = Object.keys(VIEWS) as View[];

export default function SystemPage(): ReactNode {
  const { one, change } = useSearchState();
  const chosen = NAMES.find((name) => name === one("tab")) ?? "health";
  const Content = VIEWS[chosen];
  return (
    <>
      <PageHeader title={text.title} description={text.description} />
      <Tabs
        label={text.tabsLabel}
        value={chosen}
        onChange={(tab) => change({ tab }, { replace: true })}
        tabs={NAMES.map((value) => ({ value, label: text.tabs[value] }))}
      >
        <Content />
      </Tabs>
    </>
  );
}
