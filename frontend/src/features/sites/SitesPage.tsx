import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useState, type ReactNode } from "react";
import { api, ask, ifMatch } from "@/api/client";
import { keys } from "@/api/queries";
import type { Site } from "@/api/types";
import { Can } from "@/auth/Can";
import { InTenantZone } from "@/components/InTenantZone";
import { AddButton } from "@/components/AddButton";
import { ConfirmDialog } from "@/components/Dialog";
import { ListPage } from "@/components/ListPage";
import { SearchInput } from "@/components/SearchInput";
import { useChange } from "@/components/useChange";
import { useSearchState } from "@/lib/useSearchState";
import { sitePages } from "./queries";
import { SiteDialog } from "./SiteDialog";
import { SiteTable } from "./SiteTable";
import { text } from "./text";

export default function SitesPage(): ReactNode {
  const { one, change } = useSearchState();
  const q = one("q") ?? "";
  const query = useInfiniteQuery(sitePages(q));
  const [edited, setEdited] = useState<Site>();
  const [doomed, setDoomed] = useState<Site>();
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const expand = useCallback((siteId: string | null) => change({ site: siteId }, { replace: true }), [change]);
  const remove = useChange({
    send: ({ site_id, version }: Site) =>
      ask(api.DELETE("/customer/sites/{site_id}", { params: { path: { site_id }, header: ifMatch(version) } })),
    changes: keys.sites,
    done: (_result, { name }) => text.deleted(name),
    silent: true,
  });
  const add = (
    <AddButton permission="sites:manage" onClick={() => change({ new: "1" })}>
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
        filters={<SearchInput value={q} onChange={search} label={text.search} />}
        onClear={q === "" ? undefined : () => change({ q: null })}
      >
        {(sites) => (
          <SiteTable sites={sites} expanded={one("site")} onExpand={expand} onEdit={setEdited} onDelete={setDoomed} />
        )}
      </ListPage>
      {one("new") !== undefined && (
        <Can permission="sites:manage">
          <InTenantZone>
            {(timeZone) => (
              <SiteDialog site={null} timeZone={timeZone} onClose={() => change({ new: null }, { replace: true })} />
            )}
          </InTenantZone>
        </Can>
      )}
      {edited && <SiteDialog site={edited} timeZone={edited.timezone} onClose={() => setEdited(undefined)} />}
      {doomed && (
        <ConfirmDialog
          open
          title={text.deleteTitle(doomed.name)}
          description={text.deleteDetail}
          confirm={text.delete}
          onClose={() => setDoomed(undefined)}
          onConfirm={() => remove.mutateAsync(doomed)}
        />
      )}
    </>
  );
}
