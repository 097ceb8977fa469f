import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { usePermission } from "@/auth/permissions";
import { LinkFromList } from "@/components/BackLink";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog } from "@/components/Dialog";
import { Switch } from "@/components/Form";
import { MenuItem, MenuSeparator } from "@/components/Menu";
import { RowMenu } from "@/components/Row";
import { ScopeWords } from "@/components/ScopeWords";
import { SeverityLabel } from "@/components/Severity";
import { Badge } from "@/components/Status";
import { TimeAgo } from "@/components/Time";
import { unclosedAlerts, useDeleteRule, useSwitchRule, type AlertRule } from "./queries";
import { kindWords, text } from "./text";

export function RuleTable({ rules }: { rules: readonly AlertRule[] }): ReactNode {
  const [leaving, setLeaving] = useState<AlertRule>();
  // Columns stay the same ones: a cell that is made anew loses the focus and its open menu.
  const columns = useMemo<ColumnDef<AlertRule>[]>(
    () => [
      {
        id: "name",
        header: text.columns.name,
        meta: { className: "min-w-48", main: true },
        cell: ({ row: { original: rule } }) => (
          <>
            <LinkFromList to={`/alert-rules/${rule.rule_id}`} className="font-medium hover:underline">
              {rule.name}
            </LinkFromList>
            {rule.description !== "" && (
              <span className="block max-w-md truncate text-xs text-muted" title={rule.description}>
                {rule.description}
              </span>
            )}
          </>
        ),
      },
      {
        id: "condition",
        header: text.columns.condition,
        meta: { className: "min-w-56" },
        cell: ({ row: { original: rule } }) => (
          <span className="flex flex-wrap items-center gap-2">
            <Badge>{kindWords[rule.criterion.kind]}</Badge>
            <code className="font-mono text-xs">{rule.condition}</code>
          </span>
        ),
      },
      {
        id: "severity",
        header: text.columns.severity,
        cell: ({ row }) => <SeverityLabel severity={row.original.severity} />,
      },
      {
        id: "scope",
        header: text.columns.scope,
        cell: ({ row }) => <ScopeWords scope={row.original.scope} />,
      },
      {
        id: "changed",
        header: text.columns.changed,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.updated_at} />,
      },
      {
        id: "enabled",
        header: text.columns.enabled,
        meta: { className: "w-12" },
        cell: ({ row }) => <Toggle rule={row.original} />,
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{text.more}</span>,
        meta: { className: "w-10 pl-0" },
        cell: ({ row }) => <Actions rule={row.original} onDelete={setLeaving} />,
      },
    ],
    [],
  );
  return (
    <>
      <DataTable label={text.title} columns={columns} rows={rules} rowId={(rule) => rule.rule_id} />
      {leaving && <DeleteRule rule={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

function Toggle({ rule }: { rule: AlertRule }): ReactNode {
  const mayManage = usePermission("alert-rules:manage");
  const flip = useSwitchRule();
  return (
    <Switch
      hideLabel
      label={text.toggle(rule.name)}
      checked={rule.enabled}
      disabled={!mayManage || flip.isPending}
      onChange={() => flip.mutate(rule)}
    />
  );
}

function Actions({ rule, onDelete }: { rule: AlertRule; onDelete: (rule: AlertRule) => void }): ReactNode {
  const mayManage = usePermission("alert-rules:manage");
  const navigate = useNavigate();
  const go = (to: string): void => void navigate(to);
  return (
    <RowMenu label={text.actions(rule.name)}>
      <MenuItem onSelect={() => go(`/alert-rules/${rule.rule_id}`)}>{mayManage ? text.edit : text.show}</MenuItem>
      {mayManage && (
        <>
          <MenuItem onSelect={() => go(`/alert-rules/new?copy=${rule.rule_id}`)}>{text.duplicate}</MenuItem>
          <MenuSeparator />
          <MenuItem danger onSelect={() => onDelete(rule)}>
            {text.remove}
          </MenuItem>
        </>
      )}
    </RowMenu>
  );
}

function DeleteRule({ rule, onClose }: { rule: AlertRule; onClose: () => void }): ReactNode {
  const remove = useDeleteRule();
  const open = useQuery(unclosedAlerts(rule.rule_id));
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={text.removeTitle(rule.name)}
      description={text.removeDescription}
      confirm={text.remove}
      onConfirm={() => remove.mutateAsync(rule)}
    >
      {open.data !== undefined && <p className="mb-2 text-sm">{text.removeCloses(open.data)}</p>}
    </ConfirmDialog>
  );
}
