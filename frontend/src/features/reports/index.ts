import { FileChartColumn } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "reports",
    title: "Reports",
    permission: "reports:read",
    load: () => import("./ReportsPage"),
    navigation: { group: "Data & Integrations", icon: FileChartColumn, shortcut: "f" },
  },
  {
    path: "reports/:reportId",
    title: "Report",
    permission: "reports:read",
    load: () => import("./ReportPage"),
  },
];
