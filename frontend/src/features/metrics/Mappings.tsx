import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { wholeCatalog } from "@/api/choices";
import { Can } from "@/auth/Can";
import { AddButton } from "@/components/AddButton";
import { AsOf } from "@/components/AsOf";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog } from "@/components/Dialog";
import { Filters, ListPanel } from "@/components/ListPage";
import { MenuItem } from "@/components/Menu";
import { RowMenu } from "@/components/Row";
import { SelectFilter } from "@/components/SelectFilter";
import { TimeAgo } from "@/components/Time";
import { useSearchState } from "@/lib/useSearchState";
import { MappingDialog } from "./MappingDialog";
import { mappingPages, useDeleteMapping, type Mapping } from "./queries";
import { mappingText as text, text as common } from "./text";

type Doing = { what: "edit" | "delete"; mapping: Mapping } | { what: "new" };

export function Mappings(): ReactNode {
  const { one, change } = useSearchState();
  const normalized = one("normalized");
  const query = useInfiniteQuery(mappingPages(normalized));
  const catalog = useQuery(wholeCatalog);
  const [doing, setDoing] = useState<Doing>();
  const remove = useDeleteMapping();
  const stop = (): void => setDoing(undefined);
  const clear = normalized === undefined ? undefined : () => change({ normalized: null });
  const columns = useMemo<ColumnDef<Mapping>[]>(
    () => [
      {
        id: "raw",
        header: text.columns.raw,
        cell: ({ row }) => <code className="font-mono text-xs">{row.original.raw_metric}</code>,
      },
      {
        id: "normalized",
        header: text.columns.normalized,
        cell: ({ row }) => <code className="font-mono text-xs">{row.original.normalized_metric}</code>,
      },
      {
        id: "formula",
        header: text.columns.formula,
        meta: { className: "tabular text-muted" },
        cell: ({ row: { original: mapping } }) => text.formula(mapping.multiplier, mapping.offset_value),
      },
      {
        id: "changed",
        header: text.columns.changed,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.updated_at} />,
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{common.more}</span>,
        meta: { className: "w-10 py-0 text-right" },
        cell: ({ row: { original: mapping } }) => (
          <Can permission="metrics:manage">
            <RowMenu label={common.actions(mapping.raw_metric)}>
              <MenuItem onSelect={() => setDoing({ what: "edit", mapping })}>{common.edit}</MenuItem>
              <MenuItem danger onSelect={() => setDoing({ what: "delete", mapping })}>
                {common.remove}
              </MenuItem>
            </RowMenu>
          </Can>
        ),
      },
    ],
    [],
  );
  const add = (
    <AddButton permission="metrics:manage" onClick={() => setDoing({ what: "new" })}>
      {text.add}
    </AddButton>
  );
  return (
    <>
      <Filters onClear={clear}>
        <SelectFilter
          label={text.normalized}
          any={text.anyNormalized}
          options={(catalog.data ?? []).map(({ metric }) => [metric, metric])}
          value={normalized}
          onChange={(metric) => change({ normalized: metric })}
        />
        <span className="ml-auto">
          <AsOf query={query} />
        </span>
        {add}
      </Filters>
      <ListPanel query={query} words={text} add={add} onClear={clear}>
        {(mappings) => (
          <DataTable
            label={common.tabs.mappings}
            columns={columns}
            rows={mappings}
            rowId={(mapping) => mapping.mapping_id}
          />
        )}
      </ListPanel>
      {doing?.what === "new" && <MappingDialog mapping={undefined} onClose={stop} />}
      {doing?.what === "edit" && <MappingDialog mapping={doing.mapping} onClose={stop} />}
      {doing?.what === "delete" && (
        <ConfirmDialog
          open
          title={text.removeTitle(doing.mapping.raw_metric)}
          description={text.removeDescription}
          confirm={common.remove}
          onClose={stop}
          onConfirm={() => remove.mutateAsync(doing.mapping)}
        />
      )}
    </>
  );
}
