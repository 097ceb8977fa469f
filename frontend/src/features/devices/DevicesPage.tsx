import { useCallback, useEffect, useState, type ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { useWayBack } from "@/components/BackLink";
import { LazyPart } from "@/components/ErrorBoundary";
import { PageHeader, Panel } from "@/components/Panel";
import { EmptyState, QueryState, Skeleton } from "@/components/States";
import { Button } from "@/components/Button";
import { lazily } from "@/lib/lazily";
import { DeviceFilterBar } from "./DeviceFilterBar";
import { DeviceList } from "./DeviceList";
import { text } from "./text";
import { useDeviceFilters } from "./useDeviceFilters";
import { useDevicePages } from "./useDevicePages";

/** Narrower than this there is no room for two panes. */
const SPLIT = "(min-width: 1280px)";

// The list is there without it, and long before somebody has chosen a device of it.
const DeviceView = lazily(async () => ({ default: (await import("./detail/DeviceView")).DeviceView }));

export default function DevicesPage(): ReactNode {
  const { filters, isFiltered, chosen, change } = useDeviceFilters();
  useEffect(() => DeviceView.prepare(), []);
  const list = JSON.stringify(filters);
  // With the page comes what its address has chosen; a list that is filtered anew is shown from its beginning.
  const [seeking, setSeeking] = useState({ list, device: chosen });
  const { rows, query } = useDevicePages(filters, seeking.list === list ? seeking.device : undefined);
  const seek = useCallback((device: string | undefined) => setSeeking({ list, device }), [list]);
  const navigate = useNavigate();
  const wayBack = useWayBack();
  const open = useCallback(
    (deviceId: string) => void navigate(`/devices/${deviceId}`, { state: wayBack }),
    [navigate, wayBack],
  );
  const look = useCallback(
    (deviceId: string) => {
      if (matchMedia(SPLIT).matches) change({ device: deviceId }, { replace: true });
    },
    [change],
  );
  const choose = useCallback(
    (deviceId: string) => (matchMedia(SPLIT).matches ? look(deviceId) : open(deviceId)),
    [look, open],
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
                  <DeviceList
                    key={list}
                    list={list}
                    rows={rows}
                    chosen={chosen}
                    onChoose={choose}
                    onMove={look}
                    onOpen={open}
                    onSeek={seek}
                  />
                )
              }
            </QueryState>
          </Panel>
        </div>
        <section aria-label={text.choose} className="hidden min-h-0 overflow-y-auto xl:block">
          {chosen === undefined ? (
            <EmptyState title={text.choose}>{text.chooseDetail}</EmptyState>
          ) : (
            <LazyPart fallback={<Skeleton rows={8} />} resetKey={chosen}>
              <DeviceView key={chosen} deviceId={chosen} inPane />
            </LazyPart>
          )}
        </section>
      </div>
    </div>
  );
}
