import type { ReactNode } from "react";
import { EVERYBODY, PlaneContext } from "./plane";
import UsersPage from "./UsersPage";

/** Users of all tenants, and the operators. */
export default function AllUsersPage(): ReactNode {
  return (
    <PlaneContext value={EVERYBODY}>
      <UsersPage />
    </PlaneContext>
  );
}
