import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { Link } from "react-router";
import { allAddons } from "@/api/choices";
import { Can } from "@/auth/Can";
import { usePermission } from "@/auth/permissions";
import { AddButton } from "@/components/AddButton";
import { CopyButton } from "@/components/Copy";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog } from "@/components/Dialog";
import { Switch } from "@/components/Form";
import { ListPage } from "@/components/ListPage";
import { MenuItem, MenuSeparator } from "@/components/Menu";
import { RowMenu } from "@/components/Row";
import { SearchInput } from "@/components/SearchInput";
import { Badge } from "@/components/Status";
import { Moment, TimeAgo } from "@/components/Time";
import { count } from "@/lib/numbers";
import { useSearchState } from "@/lib/useSearchState";
import { sourcePages, useDeleteSource, useSwitchSource, type NewSource, type Source } from "./queries";
import { EditSourceDialog, MakeSourceDialog, RotateSourceDialog, ShownSecretDialog } from "./SourceDialogs";
import { text } from "./text";

type Deed = "edit" | "rotate" | "remove";

export default function InboundSourcesPage(): ReactNode {
  const { one, change } = useSearchState();
  const q = one("q") ?? "";
  const query = useInfiniteQuery(sourcePages(q));
  const addons = useQuery(allAddons);
  const [deed, setDeed] = useState<{ kind: Deed; source: Source }>();
  const [shown, setShown] = useState<NewSource>();
  const remove = useDeleteSource();
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const end = (): void => setDeed(undefined);
  const columns = useMemo<ColumnDef<Source>[]>(
    () => [
      {
        id: "enabled",
        header: text.columns.enabled,
        meta: { className: "w-12" },
        cell: ({ row }) => <Toggle source={row.original} />,
      },
      {
        id: "name",
        header: text.columns.name,
        cell: ({ row: { original: source } }) => (
          <span className="block">
            <span className="font-medium">{source.name}</span>
            <span className="block text-xs text-muted">
              {source.addon_id === null ? (
                text.byBest
              ) : (
                <Link to={`/addons/${source.addon_id}`} className="hover:underline">
                  {addons.data === undefined
                    ? text.oneAddon
                    : (addons.data.find(({ addon_id }) => addon_id === source.addon_id)?.name ?? source.addon_id)}
                </Link>
              )}
            </span>
            {source.former_secret_expires_at !== null && (
              <span className="block text-xs text-stale">
                {text.former} <Moment time={source.former_secret_expires_at} />
              </span>
            )}
          </span>
        ),
      },
      {
        id: "address",
        header: text.columns.address,
        cell: ({ row: { original: source } }) => (
          <span className="inline-flex items-center gap-1">
            <code className="font-mono text-xs break-all">{source.path}</code>
            <CopyButton value={`${location.origin}${source.path}`} label={text.copyAddress} />
          </span>
        ),
      },
      {
        id: "received",
        header: text.columns.received,
        meta: { className: "tabular" },
        cell: ({ row: { original: source } }) => (
          <span className="flex flex-wrap items-center gap-2">
            {count(source.received)}
            {source.unreadable > 0 && <Badge tone="warn">{text.unreadable(source.unreadable)}</Badge>}
          </span>
        ),
      },
      {
        id: "last",
        header: text.columns.last,
        meta: { className: "text-muted" },
        cell: ({ row: { original: source } }) => (
          <span className="block">
            <TimeAgo time={source.last_received_at} />
            {source.last_error !== null && <span className="block text-xs text-offline">{source.last_error}</span>}
          </span>
        ),
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{text.actions("")}</span>,
        meta: { className: "w-10 py-0 text-right" },
        cell: ({ row: { original: source } }) => (
          <Can permission="addons:manage">
            <RowMenu label={text.actions(source.name)}>
              <MenuItem onSelect={() => setDeed({ kind: "edit", source })}>{text.edit}</MenuItem>
              <MenuItem onSelect={() => setDeed({ kind: "rotate", source })}>{text.rotate}</MenuItem>
              <MenuSeparator />
              <MenuItem danger onSelect={() => setDeed({ kind: "remove", source })}>
                {text.remove}
              </MenuItem>
            </RowMenu>
          </Can>
        ),
      },
    ],
    [addons.data],
  );
  const add = (
    <AddButton permission="addons:manage" onClick={() => change({ new: "1" })}>
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
        onClear={q === "" ? undefined : () => change({ q: null })}
        filters={<SearchInput value={q} onChange={search} label={text.search} />}
      >
        {(sources) => (
          <DataTable label={text.title} columns={columns} rows={sources} rowId={(source) => source.source_id} />
        )}
      </ListPage>
      {one("new") !== undefined && (
        <Can permission="addons:manage">
          <MakeSourceDialog onClose={() => change({ new: null }, { replace: true })} onMade={setShown} />
        </Can>
      )}
      {deed?.kind === "edit" && <EditSourceDialog source={deed.source} onClose={end} />}
      {deed?.kind === "rotate" && <RotateSourceDialog source={deed.source} onClose={end} onMade={setShown} />}
      {deed?.kind === "remove" && (
        <ConfirmDialog
          open
          title={text.removeTitle(deed.source.name)}
          description={text.removeDetail}
          confirm={text.remove}
          onClose={end}
          onConfirm={() => remove.mutateAsync(deed.source)}
        />
      )}
      {shown && <ShownSecretDialog source={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

function Toggle({ source }: { source: Source }): ReactNode {
  const flip = useSwitchSource();
  const mayManage = usePermission("addons:manage");
  return (
    <Switch
      hideLabel
      label={text.toggle(source.name)}
      checked={source.enabled}
      disabled={!mayManage || flip.isPending}
      onChange={() => flip.mutate(source)}
    />
  );
}
