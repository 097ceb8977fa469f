import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { usePermission } from "@/auth/permissions";
import { AddButton } from "@/components/AddButton";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog } from "@/components/Dialog";
import { Switch } from "@/components/Form";
import { ListPage } from "@/components/ListPage";
import { MenuItem, MenuSeparator } from "@/components/Menu";
import { RowMenu, Unfold } from "@/components/Row";
import { SelectFilter } from "@/components/SelectFilter";
import { useSearchState } from "@/lib/useSearchState";
import {
  integrationPages,
  useDeleteIntegration,
  useSwitchIntegration,
  useTryIntegration,
  type Integration,
  type IntegrationType,
} from "./queries";
import { Routes } from "./Routes";
import { kindWords, text } from "./text";

const KINDS = Object.keys(kindWords) as IntegrationType[];

export default function IntegrationsPage(): ReactNode {
  const { one, change } = useSearchState();
  const kind = KINDS.find((known) => known === one("kind"));
  const chosen = one("integration");
  const query = useInfiniteQuery(integrationPages(kind));
  const [doomed, setDoomed] = useState<Integration>();
  const remove = useDeleteIntegration();
  const columns = useMemo<ColumnDef<Integration>[]>(
    () => [
      {
        id: "enabled",
        header: text.columns.enabled,
        meta: { className: "w-12" },
        cell: ({ row }) => <Toggle integration={row.original} />,
      },
      {
        id: "name",
        header: text.columns.name,
        cell: ({ row: { original: integration } }) => (
          <Unfold
            open={integration.integration_id === chosen}
            label={text.routesOf(integration.name)}
            onChange={(open) => change({ integration: open ? integration.integration_id : null }, { replace: true })}
          >
            {integration.name}
          </Unfold>
        ),
      },
      { id: "kind", header: text.columns.kind, cell: ({ row }) => kindWords[row.original.type] },
      {
        id: "destination",
        header: text.columns.destination,
        cell: ({ row }) => <code className="font-mono text-xs break-all">{row.original.destination}</code>,
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{text.more}</span>,
        meta: { className: "w-10 py-0 text-right" },
        cell: ({ row }) => <Actions integration={row.original} onDelete={setDoomed} />,
      },
    ],
    [change, chosen],
  );
  const add = (
    <AddButton permission="notifications:manage" to={`/notifications?new=${kind ?? "webhook"}`}>
      {text.add}
    </AddButton>
  );
  return (
    <>
      <ListPage
        title={text.title}
        description={text.description}
        query={query}
        words={text}
        add={add}
        onClear={kind === undefined ? undefined : () => change({ kind: null })}
        filters={
          <SelectFilter
            label={text.kind}
            any={text.anyKind}
            options={KINDS.map((each) => [each, kindWords[each]])}
            value={kind}
            onChange={(value) => change({ kind: value })}
          />
        }
      >
        {(integrations) => (
          <DataTable
            label={text.title}
            columns={columns}
            rows={integrations}
            rowId={(integration) => integration.integration_id}
            below={(integration) =>
              integration.integration_id === chosen ? <Routes integration={integration} /> : null
            }
          />
        )}
      </ListPage>
      {doomed && (
        <ConfirmDialog
          open
          title={text.removeTitle(doomed.name)}
          description={text.removeDescription}
          confirm={text.remove}
          onClose={() => setDoomed(undefined)}
          onConfirm={() => remove.mutateAsync(doomed)}
        />
      )}
    </>
  );
}

function Toggle({ integration }: { integration: Integration }): ReactNode {
  const flip = useSwitchIntegration();
  const mayManage = usePermission("notifications:manage");
  return (
    <Switch
      hideLabel
      label={text.toggle(integration.name)}
      checked={integration.enabled}
      disabled={!mayManage || flip.isPending}
      onChange={() => flip.mutate(integration)}
    />
  );
}

interface ActionsProps {
  integration: Integration;
  onDelete: (integration: Integration) => void;
}

function Actions({ integration, onDelete }: ActionsProps): ReactNode {
  const navigate = useNavigate();
  const trial = useTryIntegration();
  if (!usePermission("notifications:manage")) return null;
  return (
    <RowMenu label={text.actions(integration.name)}>
      <MenuItem onSelect={() => void navigate(`/notifications?q=${encodeURIComponent(integration.name)}`)}>
        {text.edit}
      </MenuItem>
      <MenuItem onSelect={() => trial.mutate(integration)}>{text.test}</MenuItem>
      <MenuSeparator />
      <MenuItem danger onSelect={() => onDelete(integration)}>
        {text.remove}
      </MenuItem>
    </RowMenu>
  );
}
