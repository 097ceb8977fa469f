import type { ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { PageHeader } from "@/components/Panel";
import { Tabs } from "@/components/Tabs";
import { useSearchState } from "@/lib/useSearchState";
import { Exports } from "./Exports";
import { Runs } from "./Runs";
import { text } from "./text";

export default function ReportsPage(): ReactNode {
  const { one, change } = useSearchState();
  const mayExport = usePermission("exports:read");
  const tab = mayExport && one("tab") === "exports" ? "exports" : "reports";
  return (
    <>
      <PageHeader title={text.title} description={text.description} />
      <Tabs
        label={text.tabsLabel}
        value={tab}
        onChange={(value) => change({ tab: value, status: null, dataset: null }, { replace: true })}
        tabs={[
          { value: "reports", label: text.tabs.reports },
          ...(mayExport ? [{ value: "exports", label: text.tabs.exports }] : []),
        ]}
      >
        {tab === "reports" ? <Runs /> : <Exports />}
      </Tabs>
    </>
  );
}
