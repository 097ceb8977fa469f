/** What operators see: every customer, and the platform itself. */
import { Ban, Building2, Grid3x3, LayoutDashboard, MonitorDot } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "operator",
    title: "Dashboard",
    permission: "operator.noc:read",
    load: () => import("./dashboard/DashboardPage"),
    navigation: { group: "Overview", icon: LayoutDashboard, shortcut: "o" },
  },
  {
    path: "operator/noc",
    title: "NOC",
    permission: "operator.noc:read",
    load: () => import("./noc/NocPage"),
    navigation: { group: "Overview", icon: MonitorDot, shortcut: "n" },
  },
  {
    path: "operator/tenant-matrix",
    title: "Tenant matrix",
    permission: "operator.tenants:read",
    load: () => import("./matrix/MatrixPage"),
    navigation: { group: "Overview", icon: Grid3x3, shortcut: "m" },
  },
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
