import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import type { Device } from "@/api/types";
import { LifecycleBadge, StatusShape } from "@/components/Status";
import { statusWords } from "@/components/text";
import { TimeAgo } from "@/components/Time";
import { classes } from "@/lib/classes";
import { text } from "./text";

const ROW_HEIGHT = 44;
const OVERSCAN = 12;
/** The next page is asked for while this many rows are still to come. */
const AHEAD = 60;

interface DeviceListProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  devices: readonly Device[];
  chosen: string | undefined;
  onChoose: (deviceId: string) => void;
}

/** However many devices there are, as many rows as fit are in the page. */
export function DeviceList({ query, devices, chosen, onChoose }: DeviceListProps): ReactNode {
  const container = useRef<HTMLDivElement>(null);
  // TanStack Virtual keeps its own state.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: devices.length,
    getScrollElement: () => container.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    initialRect: { width: 400, height: 800 },
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= devices.length - AHEAD) fetchNextPage();
  }, [last, devices.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const chosenIndex = devices.findIndex((device) => device.device_id === chosen);
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10 };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const index = Math.min(devices.length - 1, Math.max(0, chosenIndex + step));
    const device = devices[index];
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
      aria-activedescendant={chosenIndex >= 0 ? optionId(chosen ?? "") : undefined}
      onKeyDown={onKeyDown}
      className="h-full min-h-96 overflow-y-auto"
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {rows.map((row) => {
          const device = devices[row.index];
          return device === undefined ? null : (
            <DeviceRow
              key={device.device_id}
              device={device}
              offset={row.start}
              isChosen={device.device_id === chosen}
              onChoose={onChoose}
            />
          );
        })}
      </div>
    </div>
  );
}

interface DeviceRowProps {
  device: Device;
  offset: number;
  isChosen: boolean;
  onChoose: (deviceId: string) => void;
}

function DeviceRow({ device, offset, isChosen, onChoose }: DeviceRowProps): ReactNode {
  return (
    // The list itself takes the keys.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={optionId(device.device_id)}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      onClick={() => onChoose(device.device_id)}
      style={{ height: ROW_HEIGHT, transform: `translateY(${offset}px)` }}
      className={classes(
        "absolute inset-x-0 top-0 flex cursor-pointer items-center gap-3 border-b px-3 text-sm",
        isChosen ? "bg-accent-soft" : "hover:bg-raised/60",
      )}
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
}

function optionId(deviceId: string): string {
  return `device-${deviceId}`;
}
