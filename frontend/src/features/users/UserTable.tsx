import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { usePermission, useProfile } from "@/auth/permissions";
import { DataTable, type Sorting } from "@/components/DataTable";
import { MenuItem, MenuSeparator } from "@/components/Menu";
import { RowMenu, Unfold } from "@/components/Row";
import { Badge } from "@/components/Status";
import { TenantLinkById } from "@/components/TenantLink";
import { roleWords } from "@/components/text";
import { Moment, TimeAgo } from "@/components/Time";
import { EVERYBODY, usePlane } from "./plane";
import type { User } from "./queries";
import { text } from "./text";
import { UserSessions } from "./UserSessions";
import { nameOf, type UserAction } from "./useUserActions";

const TONES = { INVITED: "accent", ACTIVE: "good", DISABLED: "warn", DELETED: "neutral" } as const;

interface UserTableProps {
  users: readonly User[];
  expanded: string | undefined;
  onExpand: (userId: string | null) => void;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
  onRole: (user: User) => void;
  onAction: (action: UserAction, user: User) => void;
}

export function UserTable({ users, expanded, onExpand, sorting, onSort, onRole, onAction }: UserTableProps): ReactNode {
  const plane = usePlane();
  const mayManage = usePermission(plane.manage);
  const own = useProfile().user_id;
  const columns = useMemo<ColumnDef<User>[]>(() => {
    const shown: ColumnDef<User>[] = [
      {
        id: "user",
        header: text.columns.user,
        meta: { sort: "email" },
        cell: ({ row: { original: user } }) => {
          const isOpen = user.user_id === expanded;
          return (
            <span className="flex flex-wrap items-center gap-x-2">
              <Unfold
                open={isOpen}
                label={text.expand(nameOf(user))}
                onChange={(open) => onExpand(open ? user.user_id : null)}
              >
                {nameOf(user)}
              </Unfold>
              {user.name && <span className="text-xs text-muted">{user.email}</span>}
              {user.user_id === own && <Badge>{text.you}</Badge>}
              {user.is_federated && <Badge>{text.federated}</Badge>}
            </span>
          );
        },
      },
      ...(plane === EVERYBODY
        ? [
            {
              id: "tenant",
              header: text.columns.tenant,
              cell: ({
                row: {
                  original: { tenant_id: tenantId },
                },
              }: {
                row: { original: User };
              }) => (tenantId === null ? text.operators : <TenantLinkById tenantId={tenantId} />),
            },
          ]
        : []),
      { id: "role", header: text.columns.role, cell: ({ row }) => roleWords[row.original.role] },
      {
        id: "status",
        header: text.columns.status,
        cell: ({ row }) => <Badge tone={TONES[row.original.status]}>{text.statuses[row.original.status]}</Badge>,
      },
      {
        id: "seen",
        header: text.columns.seen,
        meta: { sort: "last_seen_at", className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.last_seen_at} />,
      },
      {
        id: "since",
        header: text.columns.since,
        meta: { sort: "created_at", className: "text-muted" },
        cell: ({ row }) => <Moment time={row.original.created_at} />,
      },
    ];
    if (!mayManage) return shown;
    const actions: ColumnDef<User> = {
      id: "actions",
      header: () => <span className="sr-only">{text.changeRole}</span>,
      meta: { className: "w-10 py-0 text-right" },
      cell: ({ row: { original: user } }) => (
        <UserMenu user={user} isOwn={user.user_id === own} onRole={onRole} onAction={onAction} />
      ),
    };
    return [...shown, actions];
  }, [expanded, mayManage, onAction, onExpand, onRole, own, plane]);
  return (
    <DataTable
      label={text.title}
      columns={columns}
      rows={users}
      rowId={(user) => user.user_id}
      sorting={sorting}
      onSort={onSort}
      below={(user) => (user.user_id === expanded ? <UserSessions user={user} /> : null)}
    />
  );
}

/** Nobody takes their own role or access away: that is for another administrator. */
function UserMenu({
  user,
  isOwn,
  onRole,
  onAction,
}: Pick<UserTableProps, "onRole" | "onAction"> & { user: User; isOwn: boolean }): ReactNode {
  const item = (action: UserAction, danger = false): ReactNode => (
    <MenuItem danger={danger} onSelect={() => onAction(action, user)}>
      {text[action]}
    </MenuItem>
  );
  return (
    <RowMenu label={text.actions(nameOf(user))}>
      {!isOwn && <MenuItem onSelect={() => onRole(user)}>{text.changeRole}</MenuItem>}
      {!user.is_federated && item("reset")}
      {item("signOut")}
      {!isOwn && (
        <>
          <MenuSeparator />
          {item(user.status === "DISABLED" ? "enable" : "disable")}
          {item("delete", true)}
        </>
      )}
    </RowMenu>
  );
}
