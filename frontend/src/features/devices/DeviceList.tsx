import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import type { Device } from "@/api/types";
import { LifecycleBadge, StatusShape } from "@/components/Status";
import { statusWords } from "@/components/text";
import { TimeAgo } from "@/components/Time";
import { classes } from "@/lib/classes";
import { PAGE } from "./queries";
import { text } from "./text";
import type { DeviceRows } from "./useDevicePages";

const ROW_HEIGHT = 44;
const OVERSCAN = 12;
const ROW = "absolute inset-x-0 top-0 flex items-center gap-3 border-b px-3 text-sm";

interface DeviceListProps {
  rows: DeviceRows;
  chosen: string | undefined;
  onChoose: (deviceId: string) => void;
}

/** However many devices there are, as many rows as fit are in the page. */
export function DeviceList({ rows: { total, pages, show }, chosen, onChoose }: DeviceListProps): ReactNode {
  const container = useRef<HTMLDivElement>(null);
  // TanStack Virtual keeps its own state.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => container.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    initialRect: { width: 400, height: 800 },
  });
  const rows = virtual.getVirtualItems();
  const { startIndex: first, endIndex: last } = virtual.range ?? { startIndex: 0, endIndex: 0 };
  useEffect(() => show(first, last), [show, first, last]);

  const deviceAt = (index: number): Device | undefined => pages[Math.floor(index / PAGE)]?.items[index % PAGE];
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10 };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const index = Math.min(total - 1, Math.max(0, placeOf(chosen, pages) + step));
    const device = deviceAt(index);
    if (device === undefined) return;
    virtual.scrollToIndex(index);
    onChoose(device.device_id);
  };

  return (
    <div
      ref={container}
      role="listbox"
      tabIndex={0}
      aria-label={text.list}
      aria-activedescendant={
        rows.some(({ index }) => deviceAt(index)?.device_id === chosen) ? optionId(chosen ?? "") : undefined
      }
      onKeyDown={onKeyDown}
      className="h-full min-h-96 overflow-y-auto"
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ index, start }) => {
          const device = deviceAt(index);
          return device === undefined ? (
            <RowToCome key={index} offset={start} />
          ) : (
            <DeviceRow
              key={index}
              device={device}
              place={index + 1}
              total={total}
              offset={start}
              isChosen={device.device_id === chosen}
              onChoose={onChoose}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Counted from 0; -1 of what has not been read. */
function placeOf(deviceId: string | undefined, pages: DeviceRows["pages"]): number {
  for (const [number, page] of pages.entries()) {
    const place = page?.items.findIndex(({ device_id }) => device_id === deviceId) ?? -1;
    if (place >= 0) return number * PAGE + place;
  }
  return -1;
}

/** Where a device will be as soon as its page is read. */
function RowToCome({ offset }: { offset: number }): ReactNode {
  return (
    <div aria-hidden style={{ height: ROW_HEIGHT, transform: `translateY(${offset}px)` }} className={ROW}>
      <span className="h-4 w-1/2 rounded bg-raised" />
    </div>
  );
}

interface DeviceRowProps {
  device: Device;
  /** Counted from 1. */
  place: number;
  total: number;
  offset: number;
  isChosen: boolean;
  onChoose: (deviceId: string) => void;
}

/** Rows that stay in view while others come and go are not made anew. */
const DeviceRow = memo(function DeviceRow({
  device,
  place,
  total,
  offset,
  isChosen,
  onChoose,
}: DeviceRowProps): ReactNode {
  return (
    // The list itself takes the keys.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={optionId(device.device_id)}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      aria-posinset={place}
      aria-setsize={total}
      onClick={() => onChoose(device.device_id)}
      style={{ height: ROW_HEIGHT, transform: `translateY(${offset}px)` }}
      className={classes(ROW, "cursor-pointer", isChosen ? "bg-accent-soft" : "hover:bg-raised/60")}
    >
      <StatusShape status={device.status} />
      <span className="sr-only">{statusWords[device.status]}</span>
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{device.name || device.device_id}</span>
          <LifecycleBadge lifecycle={device.lifecycle} />
        </span>
        <span className="block truncate text-xs text-muted">
          {device.device_id} · {device.site_name || device.site_id} · {device.device_type}
        </span>
      </span>
      <span className="shrink-0 text-xs text-muted">
        <TimeAgo time={device.last_seen_at} />
      </span>
    </div>
  );
});

function optionId(deviceId: string): string {
  return `device-${deviceId}`;
}
