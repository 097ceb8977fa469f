import type { ReactNode } from "react";
import type { AlertAction } from "@/api/types";
import { Button } from "@/components/Button";
import { Menu, MenuItem } from "@/components/Menu";
import { useHandleAlerts } from "./queries";
import { text } from "./text";

interface BulkActionsProps {
  selected: readonly string[];
  onDone: () => void;
}

export function BulkActions({ selected, onDone }: BulkActionsProps): ReactNode {
  const handle = useHandleAlerts();
  const run = (action: AlertAction, minutes?: number): void => {
    handle.mutate(
      { action, alertIds: [...selected], ...(minutes === undefined ? {} : { minutes }) },
      { onSuccess: onDone },
    );
  };
  return (
    <div
      role="toolbar"
      aria-label={text.selected(selected.length)}
      className="mb-3 flex flex-wrap items-center gap-2 rounded-md border border-accent/40 bg-accent-soft px-3 py-1.5"
    >
      <span className="tabular mr-2 text-sm font-medium">{text.selected(selected.length)}</span>
      <Button size="small" busy={handle.isPending} onClick={() => run("acknowledge")}>
        {text.acknowledge}
      </Button>
      <SilenceMenu disabled={handle.isPending} onChoose={(minutes) => run("silence", minutes)} />
      <Button size="small" busy={handle.isPending} onClick={() => run("close")}>
        {text.close}
      </Button>
      <Button size="small" kind="quiet" onClick={onDone}>
        {text.clearSelection}
      </Button>
    </div>
  );
}

export function SilenceMenu({
  disabled,
  onChoose,
}: {
  disabled: boolean;
  onChoose: (minutes: number) => void;
}): ReactNode {
  return (
    <Menu
      align="start"
      trigger={
        <Button size="small" disabled={disabled}>
          {text.silence}
        </Button>
      }
    >
      {text.silenceTimes.map(([minutes, label]) => (
        <MenuItem key={minutes} onSelect={() => onChoose(minutes)}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
