import { useInfiniteQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useCallback, useState, type ReactNode } from "react";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { ConfirmDialog } from "@/components/Dialog";
import { Select } from "@/components/Form";
import { LoadMore } from "@/components/LoadMore";
import { PageHeader, Panel } from "@/components/Panel";
import { SearchInput } from "@/components/SearchInput";
import { EmptyState, QueryState } from "@/components/States";
import { roleWords } from "@/components/text";
import { useSearchState } from "@/lib/useSearchState";
import { ROLES, SORTS, STATUSES, userPages, type User, type UserFilters } from "./queries";
import { text } from "./text";
import { InviteDialog, RoleDialog } from "./UserDialogs";
import { UserTable } from "./UserTable";
import { nameOf, useUserAction, type UserAction, type UserChange } from "./useUserActions";

export default function UsersPage(): ReactNode {
  const { one, change } = useSearchState();
  const filters: UserFilters = {
    q: one("q") ?? "",
    role: ROLES.find((known) => known === one("role")),
    status: STATUSES.find((known) => known === one("status")),
    sort: SORTS.find((known) => known === one("sort")) ?? "email",
    order: one("order") === "desc" ? "desc" : "asc",
  };
  const query = useInfiniteQuery(userPages(filters));
  const [roleOf, setRoleOf] = useState<User>();
  const [asked, setAsked] = useState<UserChange>();
  const { mutate: carryOut } = useUserAction({ silent: false });
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const expand = useCallback((userId: string | null) => change({ user: userId }, { replace: true }), [change]);
  const act = useCallback(
    (action: UserAction, user: User) => (action === "enable" ? carryOut({ action, user }) : setAsked({ action, user })),
    [carryOut],
  );
  const isFiltered = filters.q !== "" || filters.role !== undefined || filters.status !== undefined;
  return (
    <>
      <PageHeader
        title={text.title}
        description={text.description}
        actions={
          <>
            <AsOf query={query} />
            <Can permission="users:manage">
              <Button kind="primary" onClick={() => change({ invite: "1" })}>
                <UserPlus aria-hidden className="size-4" />
                {text.invite}
              </Button>
            </Can>
          </>
        }
      />
      <div className="mb-3 flex flex-wrap gap-2">
        <SearchInput value={filters.q} onChange={search} label={text.search} />
        <Select
          aria-label={text.columns.role}
          className="w-36"
          value={filters.role ?? ""}
          onChange={(event) => change({ role: event.target.value })}
        >
          <option value="">{text.role}</option>
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {roleWords[role]}
            </option>
          ))}
        </Select>
        <Select
          aria-label={text.columns.status}
          className="w-36"
          value={filters.status ?? ""}
          onChange={(event) => change({ status: event.target.value })}
        >
          <option value="">{text.status}</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {text.statuses[status]}
            </option>
          ))}
        </Select>
        {isFiltered && (
          <Button kind="quiet" onClick={() => change({ q: null, role: null, status: null })}>
            {text.clear}
          </Button>
        )}
      </div>
      <Panel flush>
        <QueryState query={query} skeletonRows={6}>
          {({ pages }) => {
            const users = pages.flatMap((page) => page.items);
            if (users.length === 0) return <EmptyState title={text.empty} />;
            return (
              <>
                <UserTable
                  users={users}
                  expanded={one("user")}
                  onExpand={expand}
                  sorting={filters}
                  onSort={(sorting) => change({ ...sorting })}
                  onRole={setRoleOf}
                  onAction={act}
                />
                <LoadMore query={query} shown={users.length} total={pages[0]?.total} />
              </>
            );
          }}
        </QueryState>
      </Panel>
      {one("invite") !== undefined && (
        <Can permission="users:manage">
          <InviteDialog onClose={() => change({ invite: null }, { replace: true })} />
        </Can>
      )}
      {roleOf && <RoleDialog user={roleOf} onClose={() => setRoleOf(undefined)} />}
      {asked && asked.action !== "enable" && (
        <Confirmation asked={{ ...asked, action: asked.action }} onClose={() => setAsked(undefined)} />
      )}
    </>
  );
}

interface Asked {
  action: Exclude<UserAction, "enable">;
  user: User;
}

function Confirmation({ asked: { action, user }, onClose }: { asked: Asked; onClose: () => void }): ReactNode {
  const run = useUserAction({ silent: true });
  return (
    <ConfirmDialog
      open
      title={text.confirm[action](nameOf(user))}
      description={text.confirm[`${action}Detail`]}
      confirm={text[action]}
      onClose={onClose}
      onConfirm={() => run.mutateAsync({ action, user })}
    />
  );
}
