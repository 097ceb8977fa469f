import { useInfiniteQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useCallback, useState, type ReactNode } from "react";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { ConfirmDialog } from "@/components/Dialog";
import { ListPage } from "@/components/ListPage";
import { SearchInput } from "@/components/SearchInput";
import { SelectFilter } from "@/components/SelectFilter";
import { TenantFilter } from "@/components/TenantFilter";
import { roleWords } from "@/components/text";
import { useSearchState } from "@/lib/useSearchState";
import { EVERYBODY, usePlane } from "./plane";
import { SORTS, STATUSES, userPages, type User, type UserFilters } from "./queries";
import { text } from "./text";
import { InviteDialog, RoleDialog } from "./UserDialogs";
import { UserTable } from "./UserTable";
import { nameOf, useUserAction, type UserAction, type UserChange } from "./useUserActions";

export default function UsersPage(): ReactNode {
  const { one, change } = useSearchState();
  const plane = usePlane();
  const filters: UserFilters = {
    q: one("q") ?? "",
    tenant: plane === EVERYBODY ? one("tenant") : undefined,
    role: plane.roles.find((known) => known === one("role")),
    status: STATUSES.find((known) => known === one("status")),
    sort: SORTS.find((known) => known === one("sort")) ?? "email",
    order: one("order") === "desc" ? "desc" : "asc",
  };
  const query = useInfiniteQuery(userPages(plane, filters));
  const [roleOf, setRoleOf] = useState<User>();
  const [asked, setAsked] = useState<UserChange>();
  const { mutate: carryOut } = useUserAction({ silent: false });
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const expand = useCallback((userId: string | null) => change({ user: userId }, { replace: true }), [change]);
  const act = useCallback(
    (action: UserAction, user: User) => (action === "enable" ? carryOut({ action, user }) : setAsked({ action, user })),
    [carryOut],
  );
  const isFiltered =
    filters.q !== "" || [filters.tenant, filters.role, filters.status].some((value) => value !== undefined);
  const invite = (
    <Can permission={plane.manage}>
      <Button kind="primary" onClick={() => change({ invite: "1" })}>
        <UserPlus aria-hidden className="size-4" />
        {text.invite}
      </Button>
    </Can>
  );
  return (
    <>
      <ListPage
        title={text.title}
        description={plane === EVERYBODY ? text.everybody : text.description}
        query={query}
        words={text}
        add={invite}
        onClear={isFiltered ? () => change({ q: null, tenant: null, role: null, status: null }) : undefined}
        filters={
          <>
            <SearchInput value={filters.q} onChange={search} label={text.search} />
            {plane === EVERYBODY && (
              <TenantFilter tenantId={filters.tenant} onChange={(tenant) => change({ tenant })} />
            )}
            <SelectFilter
              label={text.columns.role}
              any={text.role}
              options={plane.roles.map((role) => [role, roleWords[role]])}
              value={filters.role}
              onChange={(role) => change({ role })}
            />
            <SelectFilter
              label={text.columns.status}
              any={text.status}
              options={STATUSES.map((status) => [status, text.statuses[status]])}
              value={filters.status}
              onChange={(status) => change({ status })}
            />
          </>
        }
      >
        {(users) => (
          <UserTable
            users={users}
            expanded={one("user")}
            onExpand={expand}
            sorting={filters}
            onSort={(sorting) => change({ ...sorting })}
            onRole={setRoleOf}
            onAction={act}
          />
        )}
      </ListPage>
      {one("invite") !== undefined && (
        <Can permission={plane.manage}>
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
