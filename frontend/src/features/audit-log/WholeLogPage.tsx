import type { ReactNode } from "react";
import AuditLogPage from "./AuditLogPage";
import { EVERYBODY, PlaneContext } from "./plane";

/** The log of all tenants, and of the operators. */
export default function WholeLogPage(): ReactNode {
  return (
    <PlaneContext value={EVERYBODY}>
      <AuditLogPage />
    </PlaneContext>
  );
}
