import { LayoutDashboard } from "lucide-react";
import type { Page } from "@/routing/page";
import { overview } from "./queries";

export const pages: readonly Page[] = [
  {
    path: "",
    title: "Overview",
    permission: "devices:read",
    load: () => import("./OverviewPage"),
    readFirst: (queries) => queries.query(overview),
    navigation: { group: "Overview", icon: LayoutDashboard, shortcut: "o" },
  },
];
