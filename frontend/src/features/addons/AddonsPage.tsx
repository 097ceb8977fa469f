import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { Upload } from "lucide-react";
import { useCallback, useMemo, type ReactNode } from "react";
import { allAddons } from "@/api/choices";
import { Can } from "@/auth/Can";
import { usePermission } from "@/auth/permissions";
import { AsOf } from "@/components/AsOf";
import { LinkFromList } from "@/components/BackLink";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Switch } from "@/components/Form";
import { Filters } from "@/components/ListPage";
import { PageHeader, Panel } from "@/components/Panel";
import { SearchInput } from "@/components/SearchInput";
import { EmptyState, QueryState } from "@/components/States";
import { Badge } from "@/components/Status";
import { useSearchState } from "@/lib/useSearchState";
import { sentenceCase } from "@/lib/words";
import { useSwitchAddon, type AddonSummary } from "./queries";
import { methodWords, text } from "./text";
import { UploadDialog } from "./UploadDialog";

export default function AddonsPage(): ReactNode {
  const { one, change } = useSearchState();
  const q = one("q") ?? "";
  const query = useQuery(allAddons);
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const columns = useMemo<ColumnDef<AddonSummary>[]>(
    () => [
      {
        id: "enabled",
        header: text.columns.enabled,
        meta: { className: "w-12" },
        cell: ({ row }) => <Toggle addon={row.original} />,
      },
      {
        id: "name",
        header: text.columns.name,
        cell: ({ row: { original: addon } }) => (
          <span className="block">
            <LinkFromList to={`/addons/${addon.addon_id}`} className="font-medium hover:underline">
              {addon.name}
            </LinkFromList>{" "}
            {addon.made_by === "CUSTOM" && <Badge tone="accent">{text.own}</Badge>}
            <span className="block text-xs text-muted">{addon.description}</span>
          </span>
        ),
      },
      {
        id: "method",
        header: text.columns.method,
        cell: ({ row }) => methodWords[row.original.method] ?? row.original.method,
      },
      { id: "category", header: text.columns.category, cell: ({ row }) => sentenceCase(row.original.category) },
      {
        id: "version",
        header: text.columns.version,
        meta: { className: "tabular text-muted" },
        cell: ({ row }) => row.original.addon_version,
      },
    ],
    [],
  );
  return (
    <>
      <PageHeader
        title={text.title}
        description={text.description}
        actions={
          <>
            <AsOf query={query} />
            <Can permission="addons:manage">
              <Button kind="primary" onClick={() => change({ new: "1" })}>
                <Upload aria-hidden className="size-4" />
                {text.upload}
              </Button>
            </Can>
          </>
        }
      />
      <Filters onClear={q === "" ? undefined : () => change({ q: null })}>
        <SearchInput value={q} onChange={search} label={text.search} />
      </Filters>
      <Panel flush>
        <QueryState query={query} skeletonRows={8}>
          {(addons) => (
            <DataTable
              label={text.title}
              columns={columns}
              rows={addons.filter((addon) => fits(addon, q.toLowerCase()))}
              rowId={(addon) => addon.addon_id}
              empty={<EmptyState title={text.none} />}
            />
          )}
        </QueryState>
      </Panel>
      {one("new") !== undefined && (
        <Can permission="addons:manage">
          <UploadDialog title={text.upload} onClose={() => change({ new: null }, { replace: true })} />
        </Can>
      )}
    </>
  );
}

function fits({ name, vendor, description, category }: AddonSummary, q: string): boolean {
  return [name, vendor, description, category].some((words) => words.toLowerCase().includes(q));
}

function Toggle({ addon }: { addon: AddonSummary }): ReactNode {
  const flip = useSwitchAddon();
  const mayManage = usePermission("addons:manage");
  return (
    <Switch
      hideLabel
      label={text.toggle(addon.name)}
      checked={addon.enabled}
      disabled={!mayManage || flip.isPending}
      onChange={() => flip.mutate(addon)}
    />
  );
}
