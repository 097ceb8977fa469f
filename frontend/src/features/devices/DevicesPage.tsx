import { useCallback, type ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { PageHeader, Panel } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { Button } from "@/components/Button";
import { DeviceFilterBar } from "./DeviceFilterBar";
import { DeviceList } from "./DeviceList";
import { DeviceView } from "./detail/DeviceView";
import { text } from "./text";
import { useDeviceFilters } from "./useDeviceFilters";
import { useDevicePages } from "./useDevicePages";

/** Narrower than this there is no room for two panes. */
const SPLIT = "(min-width: 1280px)";

export default function DevicesPage(): ReactNode {
  const { filters, isFiltered, chosen, change } = useDeviceFilters();
  const { rows, query } = useDevicePages(filters);
  const navigate = useNavigate();
  const choose = useCallback(
    (deviceId: string) => {
      if (matchMedia(SPLIT).matches) change({ device: deviceId }, { replace: true });
      else void navigate(`/devices/${deviceId}`);
    },
    [change, navigate],
  );
  const clear = (): void => change({ q: null, status: null, site: null, type: null, lifecycle: null });
  const adding = (
    <Can permission="devices:manage">
      <Button asChild>
        <Link to="/devices/import">{text.import}</Link>
      </Button>
      <Button asChild kind="primary">
        <Link to="/devices/new">{text.add}</Link>
      </Button>
    </Can>
  );

  return (
    <div className="flex h-full flex-col">
      <PageHeader
        title={text.title}
        description={rows && text.total(rows.total)}
        actions={
          <>
            <AsOf query={query} />
            {adding}
          </>
        }
      />
      <div className="grid min-h-0 flex-1 gap-3 xl:grid-cols-[minmax(26rem,2fr)_3fr]">
        <div className="flex min-h-0 min-w-0 flex-col gap-3">
          <DeviceFilterBar filters={filters} onChange={change} onClear={isFiltered ? clear : undefined} />
          <Panel flush className="min-h-0 flex-1 overflow-hidden [&>div]:h-full">
            <QueryState query={query} skeletonRows={12}>
              {() =>
                rows === undefined || rows.total === 0 ? (
                  <EmptyState
                    title={isFiltered ? text.empty : text.none}
                    action={isFiltered ? <Button onClick={clear}>{text.clearFilters}</Button> : adding}
                  >
                    {isFiltered ? text.emptyDetail : text.noneDetail}
                  </EmptyState>
                ) : (
                  <DeviceList key={JSON.stringify(filters)} rows={rows} chosen={chosen} onChoose={choose} />
                )
              }
            </QueryState>
          </Panel>
        </div>
        <section aria-label={text.choose} className="hidden min-h-0 overflow-y-auto xl:block">
          {chosen === undefined ? (
            <EmptyState title={text.choose}>{text.chooseDetail}</EmptyState>
          ) : (
            <DeviceView key={chosen} deviceId={chosen} inPane />
          )}
        </section>
      </div>
    </div>
  );
}
