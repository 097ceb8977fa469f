import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useState, type ReactNode } from "react";
import { api, ask, ifMatch } from "@/api/client";
import { Can } from "@/auth/Can";
import { AddButton } from "@/components/AddButton";
import { ConfirmDialog } from "@/components/Dialog";
import { ListPage } from "@/components/ListPage";
import { useChange } from "@/components/useChange";
import { useSearchState } from "@/lib/useSearchState";
import { MakeKeyDialog, RotateKeyDialog, ShownKeyDialog } from "./KeyDialogs";
import { KeyTable } from "./KeyTable";
import { API_KEYS, keyPages, type ApiKey, type NewApiKey } from "./queries";
import { text } from "./text";

export default function ApiKeysPage(): ReactNode {
  const { one, change } = useSearchState();
  const query = useInfiniteQuery(keyPages);
  const [rotated, setRotated] = useState<ApiKey>();
  const [doomed, setDoomed] = useState<ApiKey>();
  const [shown, setShown] = useState<NewApiKey>();
  const expand = useCallback((keyId: string | null) => change({ key: keyId }, { replace: true }), [change]);
  const revoke = useChange({
    send: ({ key_id, version }: ApiKey) =>
      ask(api.DELETE("/customer/api-keys/{key_id}", { params: { path: { key_id }, header: ifMatch(version) } })),
    changes: [API_KEYS],
    done: (_result, { name }) => text.revoked(name),
    silent: true,
  });
  const add = (
    <AddButton permission="api-keys:manage" onClick={() => change({ new: "1" })}>
      {text.add}
    </AddButton>
  );
  return (
    <>
      <ListPage title={text.title} description={text.description} query={query} words={text} add={add}>
        {(keys) => (
          <KeyTable keys={keys} expanded={one("key")} onExpand={expand} onRotate={setRotated} onRevoke={setDoomed} />
        )}
      </ListPage>
      {one("new") !== undefined && (
        <Can permission="api-keys:manage">
          <MakeKeyDialog onClose={() => change({ new: null }, { replace: true })} onMade={setShown} />
        </Can>
      )}
      {rotated && <RotateKeyDialog apiKey={rotated} onClose={() => setRotated(undefined)} onMade={setShown} />}
      {shown && <ShownKeyDialog apiKey={shown} onClose={() => setShown(undefined)} />}
      {doomed && (
        <ConfirmDialog
          open
          title={text.revokeTitle(doomed.name)}
          description={text.revokeDetail}
          confirm={text.revoke}
          onClose={() => setDoomed(undefined)}
          onConfirm={() => revoke.mutateAsync(doomed)}
        />
      )}
    </>
  );
}
