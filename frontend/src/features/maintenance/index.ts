import { Wrench } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "maintenance",
    title: "Maintenance windows",
    permission: "maintenance:read",
    load: () => import("./MaintenancePage"),
    navigation: { group: "Fleet", icon: Wrench, shortcut: "m" },
  },
];
