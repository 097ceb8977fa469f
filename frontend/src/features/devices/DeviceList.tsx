import { useVirtualizer } from "@tanstack/react-virtual";
import {
  memo,
  useCallback,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from "react";
import { useHref } from "react-router";
import type { Device } from "@/api/types";
import { useIsBack } from "@/components/BackLink";
import { LifecycleBadge, StatusShape } from "@/components/Status";
import { statusWords } from "@/components/text";
import { TimeAgo } from "@/components/Time";
import { useRowKeys } from "@/components/useRowKeys";
import { classes } from "@/lib/classes";
import { opensElsewhere } from "@/lib/keyboard";
import { keepPlace, placeKept } from "./listPlace";
import { PAGE } from "./queries";
import { text } from "./text";
import { placeOf, type DeviceRows } from "./useDevicePages";

const ROW_HEIGHT = 44;
const OVERSCAN = 12;
const ROW = "absolute inset-x-0 top-0 flex items-center gap-3 border-b px-3 text-sm";

interface DeviceListProps {
  /** Its filters, by which it is known when it is come back to. */
  list: string;
  rows: DeviceRows;
  chosen: string | undefined;
  /** A row was clicked. */
  onChoose: (deviceId: string) => void;
  /** Keys have come to a row. */
  onMove: (deviceId: string) => void;
  /** Enter was pressed on a row. */
  onOpen: (deviceId: string) => void;
  /** Where a device is must be found out; with undefined it has been. */
  onSeek: (deviceId: string | undefined) => void;
}

/**
 * However many devices there are, as many rows as fit are in the page. It is a grid: its rows have links, which options
 * of a listbox can't have, and the keys are heard by the grid itself, as a row that has scrolled away is gone.
 */
export function DeviceList({
  list,
  rows: { total, pages, show, sought },
  chosen,
  onChoose,
  onMove,
  onOpen,
  onSeek,
}: DeviceListProps): ReactNode {
  // The keys may be ahead of what is chosen, until something else is.
  const [mark, setMark] = useState({ chosen, at: chosen });
  if (mark.chosen !== chosen) setMark({ chosen, at: chosen });
  const address = useHref("/devices");
  const container = useRef<HTMLDivElement>(null);
  const isBack = useIsBack();
  const [begin] = useState(() => (isBack ? placeKept(list) : 0));
  // TanStack Virtual keeps its own state.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => container.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    initialOffset: begin,
    initialRect: { width: 400, height: 800 },
  });
  const rows = virtual.getVirtualItems();
  const { startIndex: first, endIndex: last } = virtual.range ?? { startIndex: 0, endIndex: 0 };
  useEffect(() => show(first, last), [show, first, last]);

  const deviceAt = (index: number): Device | undefined => pages[Math.floor(index / PAGE)]?.items[index % PAGE];
  /** Steps of keys that wait until it is known from where. */
  const owed = useRef(0);
  const move = (step: number): void => {
    const from = mark.at === undefined ? -1 : placeOf(mark.at, pages);
    if (mark.at !== undefined && from === -1 && sought !== "absent") {
      owed.current += step;
      onSeek(mark.at);
      return;
    }
    const index = Math.min(total - 1, Math.max(0, from + step));
    const device = deviceAt(index);
    if (device === undefined) return;
    virtual.scrollToIndex(index);
    setMark({ chosen, at: device.device_id });
    onMove(device.device_id);
  };
  const arrive = useEffectEvent((place: number | "absent") => {
    const steps = owed.current;
    owed.current = 0;
    if (place !== "absent") {
      if (place < first || place > last) virtual.scrollToIndex(place, { align: "center" });
      onSeek(undefined);
    }
    if (steps !== 0) move(steps);
  });
  useEffect(() => {
    if (sought !== undefined && sought !== "ahead") arrive(sought);
  }, [sought]);
  useEffect(() => keepPlace(list, begin), [list, begin]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10 };
    const step = steps[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && mark.at !== undefined) onOpen(mark.at);
    else if (step !== undefined) move(step);
    else return;
    event.preventDefault();
  };
  useRowKeys(container, (step) => {
    container.current?.focus();
    move(step);
  });
  const choose = useCallback(
    (deviceId: string) => {
      container.current?.focus({ preventScroll: true });
      onChoose(deviceId);
    },
    [onChoose],
  );

  return (
    <div
      ref={container}
      data-rows=""
      role="grid"
      tabIndex={0}
      aria-label={text.list}
      aria-rowcount={total}
      aria-activedescendant={
        rows.some(({ index }) => deviceAt(index)?.device_id === mark.at) ? rowId(mark.at ?? "") : undefined
      }
      onKeyDown={onKeyDown}
      onScroll={(event) => keepPlace(list, event.currentTarget.scrollTop)}
      className="h-full min-h-96 overflow-y-auto -outline-offset-2"
    >
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ index, start }) => {
          const device = deviceAt(index);
          return device === undefined ? (
            <RowToCome key={index} offset={start} />
          ) : (
            <DeviceRow
              key={index}
              device={device}
              address={`${address}/${device.device_id}`}
              place={index + 1}
              offset={start}
              isChosen={device.device_id === mark.at}
              onChoose={choose}
            />
          );
        })}
      </div>
    </div>
  );
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
  /** Of its page: the link is none of the router's, which would make every row anew with each change of the address. */
  address: string;
  /** Counted from 1. */
  place: number;
  offset: number;
  isChosen: boolean;
  onChoose: (deviceId: string) => void;
}

/** Rows that stay in view while others come and go are not made anew. */
const DeviceRow = memo(function DeviceRow({
  device,
  address,
  place,
  offset,
  isChosen,
  onChoose,
}: DeviceRowProps): ReactNode {
  const choose = (event: MouseEvent): void => {
    if (opensElsewhere(event)) return;
    event.preventDefault();
    onChoose(device.device_id);
  };
  return (
    // The grid itself takes the keys.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={rowId(device.device_id)}
      role="row"
      tabIndex={-1}
      aria-selected={isChosen}
      aria-rowindex={place}
      onClick={choose}
      style={{ height: ROW_HEIGHT, transform: `translateY(${offset}px)` }}
      className={classes(ROW, "cursor-pointer", isChosen ? "bg-accent-soft" : "hover:bg-raised/60")}
    >
      <span role="gridcell" className="flex min-w-0 flex-1 items-center gap-3">
        <StatusShape status={device.status} />
        <span className="sr-only">{statusWords[device.status]}</span>
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2">
            <a href={address} tabIndex={-1} className="truncate font-medium after:absolute after:inset-0">
              {device.name || device.device_id}
            </a>
            <LifecycleBadge lifecycle={device.lifecycle} />
          </span>
          <span className="block truncate text-xs text-muted">
            {device.device_id} · {device.site_name || device.site_id} · {device.device_type}
          </span>
        </span>
      </span>
      <span role="gridcell" className="relative shrink-0 text-xs text-muted">
        <TimeAgo time={device.last_seen_at} />
      </span>
    </div>
  );
});

function rowId(deviceId: string): string {
  return `device-${deviceId}`;
}
