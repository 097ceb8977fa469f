import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { Link } from "react-router";
import { Can } from "@/auth/Can";
import { usePermission } from "@/auth/permissions";
import { AddButton } from "@/components/AddButton";
import { DataTable } from "@/components/DataTable";
import { ListPage } from "@/components/ListPage";
import { MenuItem, MenuSeparator } from "@/components/Menu";
import { RowMenu } from "@/components/Row";
import { Badge } from "@/components/Status";
import { TimeAgo } from "@/components/Time";
import { useSearchState } from "@/lib/useSearchState";
import { inWords } from "./filter";
import { DeleteGroup, SendToGroup } from "./GroupActions";
import { GroupDialog } from "./GroupDialog";
import { groupPages, type Group } from "./queries";
import { kindWords, text } from "./text";

interface Doing {
  what: "edit" | "send" | "delete";
  group: Group;
}

export default function GroupsPage(): ReactNode {
  const { one, change } = useSearchState();
  const query = useInfiniteQuery(groupPages);
  const [doing, setDoing] = useState<Doing>();
  const stop = (): void => setDoing(undefined);
  const columns = useMemo<ColumnDef<Group>[]>(
    () => [
      {
        id: "name",
        header: text.columns.name,
        meta: { className: "min-w-48" },
        cell: ({ row: { original: group } }) => (
          <>
            <Link to={`/groups/${group.group_id}`} className="font-medium hover:underline">
              {group.name}
            </Link>
            <span className="block text-xs text-muted">{group.description}</span>
          </>
        ),
      },
      {
        id: "kind",
        header: text.columns.kind,
        cell: ({ row: { original: group } }) => (
          <Badge tone={group.kind === "DYNAMIC" ? "accent" : "neutral"}>{kindWords[group.kind]}</Badge>
        ),
      },
      {
        id: "filter",
        header: text.columns.filter,
        cell: ({ row }) => <span className="text-xs text-muted">{inWords(row.original.filter)}</span>,
      },
      {
        id: "changed",
        header: text.columns.changed,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.updated_at} />,
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{text.more}</span>,
        meta: { className: "w-10 pl-0" },
        cell: ({ row }) => <Actions group={row.original} onDo={setDoing} />,
      },
    ],
    [],
  );
  const add = (
    <AddButton permission="devices:manage" onClick={() => change({ new: "1" })}>
      {text.add}
    </AddButton>
  );
  return (
    <>
      <ListPage title={text.title} description={text.description} query={query} words={text} add={add}>
        {(groups) => <DataTable label={text.title} columns={columns} rows={groups} rowId={(group) => group.group_id} />}
      </ListPage>
      {one("new") !== undefined && (
        <Can permission="devices:manage">
          <GroupDialog group={undefined} onClose={() => change({ new: null }, { replace: true })} />
        </Can>
      )}
      {doing?.what === "edit" && <GroupDialog group={doing.group} onClose={stop} />}
      {doing?.what === "send" && <SendToGroup group={doing.group} onClose={stop} />}
      {doing?.what === "delete" && <DeleteGroup group={doing.group} onClose={stop} />}
    </>
  );
}

function Actions({ group, onDo }: { group: Group; onDo: (doing: Doing) => void }): ReactNode {
  const maySend = usePermission("commands:send");
  const mayManage = usePermission("devices:manage");
  if (!maySend && !mayManage) return null;
  return (
    <RowMenu label={text.actions(group.name)}>
      {mayManage && <MenuItem onSelect={() => onDo({ what: "edit", group })}>{text.edit}</MenuItem>}
      {maySend && <MenuItem onSelect={() => onDo({ what: "send", group })}>{text.send}</MenuItem>}
      {mayManage && (
        <>
          <MenuSeparator />
          <MenuItem danger onSelect={() => onDo({ what: "delete", group })}>
            {text.remove}
          </MenuItem>
        </>
      )}
    </RowMenu>
  );
}
