import { Cable } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "integrations",
    title: "Integrations",
    permission: "notifications:read",
    load: () => import("./IntegrationsPage"),
    navigation: { group: "Data & Integrations", icon: Cable, shortcut: "i" },
  },
];
