import { ScrollText } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "audit-log",
    title: "Audit log",
    permission: "audit-log:read",
    load: () => import("./AuditLogPage"),
    navigation: { group: "Settings", icon: ScrollText, shortcut: "l" },
  },
  {
    path: "operator/audit-log",
    title: "Audit log",
    permission: "operator.audit-log:read",
    load: () => import("./WholeLogPage"),
    navigation: { group: "Settings", icon: ScrollText, shortcut: "l" },
  },
];
