import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useCallback, useState, type ReactNode } from "react";
import { Link } from "react-router";
import { allAddons } from "@/api/choices";
import { Can } from "@/auth/Can";
import { AddButton } from "@/components/AddButton";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog } from "@/components/Dialog";
import { ListPage } from "@/components/ListPage";
import { SearchInput } from "@/components/SearchInput";
import { SelectFilter } from "@/components/SelectFilter";
import { useSearchState } from "@/lib/useSearchState";
import { kindOf } from "./access";
import { targetPages, useDeleteTarget, useForgetHostKey, type Target } from "./queries";
import { TargetDialog } from "./TargetDialog";
import { TargetTest } from "./TargetTest";
import { text } from "./text";
import { useTargetColumns, type Deed } from "./useTargetColumns";

const RESULTS = [
  ["failing", text.results.failing],
  ["fine", text.results.fine],
] as const;

export default function TargetsPage(): ReactNode {
  const { one, change } = useSearchState();
  const q = one("q") ?? "";
  const addon = one("addon");
  const gateway = one("gateway");
  const result = RESULTS.find(([known]) => known === one("result"))?.[0];
  const failing = result === undefined ? undefined : result === "failing";
  const query = useInfiniteQuery(targetPages({ q, addon, gateway, failing }));
  const addons = useQuery(allAddons);
  const asking = (addons.data ?? []).filter(({ method }) => kindOf(method));
  const [deed, setDeed] = useState<{ kind: Deed; target: Target }>();
  const remove = useDeleteTarget();
  const forget = useForgetHostKey();
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const searchGateway = useCallback((typed: string) => change({ gateway: typed }, { replace: true }), [change]);
  const begin = useCallback((kind: Deed, target: Target) => setDeed({ kind, target }), []);
  const columns = useTargetColumns(addons.data, begin);
  const end = (): void => setDeed(undefined);
  const isFiltered = [q, addon, gateway, result].some(Boolean);
  return (
    <>
      <ListPage
        title={text.title}
        description={text.description}
        query={query}
        words={text}
        actions={
          <Can permission="addons:manage">
            <Button asChild>
              <Link to="/targets/import">
                <FileUp aria-hidden className="size-4" />
                {text.import}
              </Link>
            </Button>
          </Can>
        }
        add={
          <AddButton permission="addons:manage" onClick={() => change({ new: "1" })}>
            {text.add}
          </AddButton>
        }
        onClear={isFiltered ? () => change({ q: null, addon: null, gateway: null, result: null }) : undefined}
        filters={
          <>
            <SearchInput value={q} onChange={search} label={text.search} />
            <SearchInput value={gateway ?? ""} onChange={searchGateway} label={text.gatewayFilter} />
            <SelectFilter
              label={text.addon}
              any={text.anyAddon}
              options={asking.map(({ addon_id, name }) => [addon_id, name])}
              value={addon}
              onChange={(value) => change({ addon: value })}
            />
            <SelectFilter
              label={text.result}
              any={text.anyResult}
              options={RESULTS}
              value={result}
              onChange={(value) => change({ result: value })}
            />
          </>
        }
      >
        {(targets) => (
          <DataTable label={text.title} columns={columns} rows={targets} rowId={({ target_id }) => target_id} />
        )}
      </ListPage>
      {one("new") !== undefined && (
        <Can permission="addons:manage">
          <TargetDialog addonId={addon} onClose={() => change({ new: null }, { replace: true })} />
        </Can>
      )}
      {deed?.kind === "edit" && <TargetDialog target={deed.target} onClose={end} />}
      {deed?.kind === "test" && <TargetTest target={deed.target} onClose={end} />}
      {deed?.kind === "forget" && (
        <ConfirmDialog
          open
          title={text.forgetTitle(deed.target.name)}
          description={text.forgetDetail}
          confirm={text.forget}
          onClose={end}
          onConfirm={() => forget.mutateAsync(deed.target)}
        />
      )}
      {deed?.kind === "remove" && (
        <ConfirmDialog
          open
          title={text.removeTitle(deed.target.name)}
          description={text.removeDetail}
          confirm={text.remove}
          onClose={end}
          onConfirm={() => remove.mutateAsync(deed.target)}
        />
      )}
    </>
  );
}
