import { BellRing } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "alerts",
    title: "Alerts",
    permission: "alerts:read",
    load: () => import("./AlertsPage"),
    navigation: { group: "Monitoring", icon: BellRing, shortcut: "a", badge: "openAlerts" },
  },
];
