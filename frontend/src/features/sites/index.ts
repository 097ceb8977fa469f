import { Building2 } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "sites",
    title: "Sites",
    permission: "sites:read",
    load: () => import("./SitesPage"),
    navigation: { group: "Fleet", icon: Building2, shortcut: "s" },
  },
];
