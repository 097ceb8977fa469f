import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { AddButton } from "@/components/AddButton";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog } from "@/components/Dialog";
import { ListPanel } from "@/components/ListPage";
import { MenuItem, MenuSeparator } from "@/components/Menu";
import { routeWith, type RouteValues } from "@/components/route";
import { RouteDialog } from "@/components/RouteDialog";
import { RowMenu } from "@/components/Row";
import { Badge } from "@/components/Status";
import { Condition } from "./Condition";
import { EVENTS, USUAL } from "./events";
import { sharing } from "./order";
import { routingPages, useDeleteRoute, useMoveRoute, useSaveRoute, type RoutingRule } from "./queries";
import { RoutingPreview } from "./RoutingPreview";
import { RulePlace } from "./RulePlace";
import { eventWords, routingText as text, text as common } from "./text";

type Doing = { what: "edit" | "delete"; rule: RoutingRule } | { what: "new" };

/** A rule with its place; its buttons keep the focus, for the columns stay what they are. */
interface PlacedRule extends RoutingRule {
  place: number;
  last: number;
  isShared: boolean;
  isMoving: boolean;
  /** Undefined where nothing can be moved. */
  onMove: ((to: number) => void) | undefined;
}

export function RoutingRules(): ReactNode {
  const query = useInfiniteQuery(routingPages);
  const [doing, setDoing] = useState<Doing>();
  const remove = useDeleteRoute();
  const stop = (): void => setDoing(undefined);
  const { mutate, isPending } = useMoveRoute();
  const placed = (rules: readonly RoutingRule[]): PlacedRule[] => {
    const shared = sharing(rules);
    return rules.map((rule, place) => ({
      ...rule,
      place,
      last: rules.length - 1,
      isShared: shared.has(rule.rule_id),
      isMoving: isPending,
      // Among some of the rules nobody can say which number is free.
      onMove: query.hasNextPage ? undefined : (to) => mutate({ rules, from: place, to }),
    }));
  };
  const columns = useMemo<ColumnDef<PlacedRule>[]>(
    () => [
      {
        id: "order",
        header: text.columns.order,
        meta: { className: "tabular w-28 text-muted" },
        cell: ({ row: { original: rule } }) => (
          <RulePlace
            name={rule.name}
            place={rule.place}
            last={rule.last}
            isMoving={rule.isMoving}
            onMove={rule.onMove}
          />
        ),
      },
      {
        id: "name",
        header: text.columns.name,
        cell: ({ row: { original: rule } }) => (
          <span className="flex flex-wrap items-center gap-x-2 font-medium">
            {rule.name}
            {!rule.enabled && <Badge>{text.off}</Badge>}
            {rule.isShared && <span className="text-xs font-normal text-stale">{text.shares(rule.priority)}</span>}
          </span>
        ),
      },
      {
        id: "when",
        header: text.columns.when,
        cell: ({ row }) => <Condition rule={row.original} />,
      },
      {
        id: "channel",
        header: text.columns.channel,
        cell: ({ row: { original: rule } }) => (
          <span className="flex flex-wrap items-center gap-2">
            {rule.channel_name}
            {!rule.channel_enabled && <Badge tone="warn">{text.channelOff}</Badge>}
            {rule.stop && <Badge>{text.stops}</Badge>}
          </span>
        ),
      },
      {
        id: "throttle",
        header: text.columns.throttle,
        cell: ({ row: { original: rule } }) => (
          <span className="text-xs text-muted">
            {rule.throttle_minutes === 0 ? text.always : text.onceIn(rule.throttle_minutes)}
          </span>
        ),
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{common.more}</span>,
        meta: { className: "w-10 pl-0" },
        cell: ({ row }) => <Actions rule={row.original} onDo={setDoing} />,
      },
    ],
    [],
  );
  const add = (
    <AddButton permission="notifications:manage" onClick={() => setDoing({ what: "new" })}>
      {text.add}
    </AddButton>
  );
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-sm text-muted">{text.intro}</p>
        {add}
      </div>
      <ListPanel query={query} words={text} add={add}>
        {(rules) => (
          <DataTable
            label={common.tabs.routing}
            columns={columns}
            rows={placed(rules)}
            rowId={(rule) => rule.rule_id}
          />
        )}
      </ListPanel>
      <RoutingPreview />
      {doing?.what === "new" && <EditRule rule={undefined} onClose={stop} />}
      {doing?.what === "edit" && <EditRule rule={doing.rule} onClose={stop} />}
      {doing?.what === "delete" && (
        <ConfirmDialog
          open
          onClose={stop}
          title={text.removeTitle(doing.rule.name)}
          description={text.removeDescription}
          confirm={common.remove}
          onConfirm={() => remove.mutateAsync(doing.rule)}
        />
      )}
    </div>
  );
}

function EditRule({ rule, onClose }: { rule: RoutingRule | undefined; onClose: () => void }): ReactNode {
  const save = useSaveRoute(rule);
  return (
    <RouteDialog
      extent="rule"
      channelName={rule?.channel_name}
      title={rule?.name ?? text.newTitle}
      description={text.intro}
      moments={EVENTS.map((event) => [event, eventWords[event]])}
      initial={rule ? formOf(rule) : routeWith({ moments: USUAL })}
      onClose={onClose}
      onSave={({ moments, ...values }) =>
        save.mutateAsync({ ...values, events: EVENTS.filter((event) => moments.includes(event)) })
      }
    />
  );
}

function formOf(rule: RoutingRule): RouteValues {
  const { name, channel_id, priority, min_severity, events, alert_types, site_ids, group_ids, tags } = rule;
  const { throttle_minutes, stop, enabled } = rule;
  const narrowed = { alert_types, site_ids, group_ids, tags };
  return { name, channel_id, priority, min_severity, moments: events, ...narrowed, throttle_minutes, stop, enabled };
}

function Actions({ rule, onDo }: { rule: RoutingRule; onDo: (doing: Doing) => void }): ReactNode {
  if (!usePermission("notifications:manage")) return null;
  return (
    <RowMenu label={text.actions(rule.name)}>
      <MenuItem onSelect={() => onDo({ what: "edit", rule })}>{common.edit}</MenuItem>
      <MenuSeparator />
      <MenuItem danger onSelect={() => onDo({ what: "delete", rule })}>
        {common.remove}
      </MenuItem>
    </RowMenu>
  );
}
