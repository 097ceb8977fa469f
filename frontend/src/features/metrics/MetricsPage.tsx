import type { ReactNode } from "react";
import { PageHeader } from "@/components/Panel";
import { Tabs } from "@/components/Tabs";
import { useSearchState } from "@/lib/useSearchState";
import { Catalog } from "./Catalog";
import { Mappings } from "./Mappings";
import { SentMetrics } from "./SentMetrics";
import { text } from "./text";

const CONTENT = { sent: SentMetrics, catalog: Catalog, mappings: Mappings };
type TabName = keyof typeof CONTENT;
const TABS = Object.keys(CONTENT) as TabName[];

export default function MetricsPage(): ReactNode {
  const { one, change } = useSearchState();
  const tab = TABS.find((name) => name === one("tab")) ?? "sent";
  const Content = CONTENT[tab];
  return (
    <>
      <PageHeader title={text.title} description={text.description} />
      <Tabs
        label={text.tabsLabel}
        value={tab}
        onChange={(name) => change({ tab: name, q: null, normalized: null })}
        tabs={TABS.map((value) => ({ value, label: text.tabs[value] }))}
      >
        <Content />
      </Tabs>
    </>
  );
}
