import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { Link } from "react-router";
import type { Schemas } from "@/api/types";
import { usePermission } from "@/auth/permissions";
import { DeviceLink } from "@/components/DeviceLink";
import { Switch } from "@/components/Form";
import { MenuItem, MenuSeparator } from "@/components/Menu";
import { RowMenu } from "@/components/Row";
import { Badge } from "@/components/Status";
import { TimeAgo } from "@/components/Time";
import { useNow } from "@/lib/now";
import { useSwitchTarget, type Target } from "./queries";
import { outcomeWords, text } from "./text";

export type Deed = "edit" | "test" | "forget" | "remove";

/** Columns of the list; `onDo` is told what somebody wants of a target. */
export function useTargetColumns(
  addons: readonly Schemas["AddonSummary"][] | undefined,
  onDo: (deed: Deed, target: Target) => void,
): ColumnDef<Target>[] {
  return useMemo<ColumnDef<Target>[]>(
    () => [
      {
        id: "name",
        header: text.columns.name,
        meta: { main: true },
        cell: ({ row: { original: target } }) => (
          <span className="block">
            <Name target={target} onDo={onDo} />
            <code className="block font-mono text-xs break-all text-muted">{addressOf(target)}</code>
          </span>
        ),
      },
      {
        id: "addon",
        header: text.columns.addon,
        cell: ({ row: { original: target } }) => (
          <Link to={`/addons/${target.addon_id}`} className="hover:underline">
            {addons?.find(({ addon_id }) => addon_id === target.addon_id)?.name ?? target.addon_id}
          </Link>
        ),
      },
      {
        id: "by",
        header: text.columns.by,
        cell: ({ row: { original: target } }) =>
          target.gateway_device_id === null ? text.cloud : <AskingGateway target={target} />,
      },
      {
        id: "result",
        header: text.columns.result,
        meta: { className: "w-1/4" },
        cell: ({ row }) => <LastResult target={row.original} />,
      },
      {
        id: "polled",
        header: text.columns.polled,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.last_polled_at} />,
      },
      {
        id: "next",
        header: text.columns.next,
        meta: { className: "text-muted" },
        cell: ({ row }) => <NextPoll target={row.original} />,
      },
      {
        id: "enabled",
        header: text.columns.enabled,
        meta: { className: "w-12" },
        cell: ({ row }) => <Toggle target={row.original} />,
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{text.actions("")}</span>,
        meta: { className: "w-10 py-0 text-right" },
        cell: ({ row }) => <Actions target={row.original} onDo={onDo} />,
      },
    ],
    [addons, onDo],
  );
}

/** Who may change a target gets to that by its name. */
function Name({ target, onDo }: ActionsProps): ReactNode {
  if (!usePermission("addons:manage")) return <span className="font-medium">{target.name}</span>;
  return (
    <button
      type="button"
      data-opens=""
      className="text-left font-medium hover:underline"
      onClick={() => onDo("edit", target)}
    >
      {target.name}
    </button>
  );
}

/** "10.0.0.7:161", "[fd00::7]:22"; without a port where it is the protocol's own. */
function addressOf({ host, access }: Target): string {
  const { port } = access;
  if (typeof port !== "number") return host;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Which gateway asks, and whether it knows what it is to ask. */
function AskingGateway({ target: { gateway_device_id, gateway } }: { target: Target }): ReactNode {
  return (
    <span className="block">
      <DeviceLink deviceId={gateway_device_id ?? ""} name={undefined} />
      {gateway?.error != null ? (
        <span className="block text-xs text-offline">{text.notTold(gateway.error)}</span>
      ) : (
        gateway?.told === false && <span className="block text-xs text-muted">{text.toBeTold}</span>
      )}
    </span>
  );
}

function LastResult({ target }: { target: Target }): ReactNode {
  const { last_outcome: outcome, last_reason: reason, failures, unknown_since: unknownSince } = target;
  if (unknownSince != null) {
    return (
      <span className="block">
        <Badge tone="neutral">{text.unknown}</Badge>
        <span className="block text-xs text-muted">
          {text.unknownSince} <TimeAgo time={unknownSince} />
        </span>
      </span>
    );
  }
  if (outcome === null) return <span className="text-muted">{text.notYet}</span>;
  return (
    <span className="block">
      <span className="flex flex-wrap items-center gap-2">
        <Badge tone={outcome === "ok" ? "good" : "bad"}>{outcomeWords[outcome]}</Badge>
        {failures > 1 && <span className="text-xs text-muted">{text.failures(failures)}</span>}
      </span>
      {reason && <span className="block text-xs text-muted">{reason}</span>}
    </span>
  );
}

function NextPoll({ target }: { target: Target }): ReactNode {
  const now = useNow();
  if (!target.enabled) return text.off;
  if (target.next_poll_at === null) return text.byGateway(target.interval_seconds);
  // The minute's sweep asks what is due: until it has, "42 s ago" would be no next time.
  return new Date(target.next_poll_at).getTime() <= now ? text.due : <TimeAgo time={target.next_poll_at} />;
}

function Toggle({ target }: { target: Target }): ReactNode {
  const flip = useSwitchTarget();
  const mayManage = usePermission("addons:manage");
  return (
    <Switch
      hideLabel
      label={text.toggle(target.name)}
      checked={target.enabled}
      disabled={!mayManage || flip.isPending}
      onChange={() => flip.mutate(target)}
    />
  );
}

interface ActionsProps {
  target: Target;
  onDo: (deed: Deed, target: Target) => void;
}

function Actions({ target, onDo }: ActionsProps): ReactNode {
  if (!usePermission("addons:manage")) return null;
  return (
    <RowMenu label={text.actions(target.name)}>
      <MenuItem onSelect={() => onDo("test", target)}>{text.test}</MenuItem>
      <MenuItem onSelect={() => onDo("edit", target)}>{text.edit}</MenuItem>
      {target.host_key !== null && <MenuItem onSelect={() => onDo("forget", target)}>{text.forget}</MenuItem>}
      <MenuSeparator />
      <MenuItem danger onSelect={() => onDo("remove", target)}>
        {text.remove}
      </MenuItem>
    </RowMenu>
  );
}
