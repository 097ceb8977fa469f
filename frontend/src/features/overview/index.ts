import { LayoutDashboard } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "",
    title: "Overview",
    permission: "devices:read",
    load: () => import("./OverviewPage"),
    navigation: { group: "Overview", icon: LayoutDashboard, shortcut: "o" },
  },
];
