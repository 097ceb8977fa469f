import type { ReactNode } from "react";
import { PageHeader } from "@/components/Panel";
import { Tabs } from "@/components/Tabs";
import { useSearchState } from "@/lib/useSearchState";
import { Channels } from "./Channels";
import { Deliveries } from "./Deliveries";
import { RoutingRules } from "./RoutingRules";
import { text } from "./text";

const TABS = { channels: <Channels />, routing: <RoutingRules />, deliveries: <Deliveries /> };
type Tab = keyof typeof TABS;
const NAMES = Object.keys(TABS) as Tab[];

export default function NotificationsPage(): ReactNode {
  const { one, change } = useSearchState();
  const tab = NAMES.find((name) => name === one("tab")) ?? "channels";
  return (
    <>
      <PageHeader title={text.title} description={text.description} />
      <Tabs
        label={text.tabsLabel}
        tabs={NAMES.map((name) => ({ value: name, label: text.tabs[name] }))}
        value={tab}
        onChange={(value) =>
          change({ tab: value, q: null, kind: null, status: null, event: null, channel: null, delivery: null })
        }
      >
        {TABS[tab]}
      </Tabs>
    </>
  );
}
