import type { ReactNode } from "react";
import { PageHeader } from "@/components/Panel";
import { Tabs } from "@/components/Tabs";
import { useSearchState } from "@/lib/useSearchState";
import { KeysView } from "./KeysView";
import { PlatformView } from "./PlatformView";
import { text } from "./text";

export default function PlatformSettingsPage(): ReactNode {
  const { one, change } = useSearchState();
  const tab = one("tab") === "keys" ? "keys" : "platform";
  return (
    <>
      <PageHeader title={text.title} description={text.description} />
      <Tabs
        label={text.tabsLabel}
        value={tab}
        onChange={(value) => change({ tab: value }, { replace: true })}
        tabs={[
          { value: "platform", label: text.tabs.platform },
          { value: "keys", label: text.tabs.keys },
        ]}
      >
        {tab === "platform" ? <PlatformView /> : <KeysView />}
      </Tabs>
    </>
  );
}
