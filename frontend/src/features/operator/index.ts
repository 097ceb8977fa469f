/** What operators see: every customer, and the platform itself. */
import { Ban, Building2 } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "operator/tenants",
    title: "Tenants",
    permission: "operator.tenants:read",
    load: () => import("./tenants/TenantsPage"),
    navigation: { group: "Customers", icon: Building2, shortcut: "t" },
  },
  {
    path: "operator/tenants/:tenantId",
    title: "Tenant",
    permission: "operator.tenants:read",
    load: () => import("./tenants/TenantPage"),
  },
  {
    path: "operator/quarantine",
    title: "Quarantine",
    permission: "operator.quarantine:read",
    load: () => import("./quarantine/QuarantinePage"),
    navigation: { group: "Platform", icon: Ban, shortcut: "q" },
  },
];
