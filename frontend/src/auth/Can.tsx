import type { ReactNode } from "react";
import type { Permission } from "@/api/types";
import { usePermission } from "./permissions";

/** Its content for those who may. */
export function Can({ permission, children }: { permission: Permission; children: ReactNode }): ReactNode {
  return usePermission(permission) ? children : null;
}
