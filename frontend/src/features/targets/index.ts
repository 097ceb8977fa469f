import { Crosshair } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "targets",
    title: "Targets",
    permission: "addons:read",
    load: () => import("./TargetsPage"),
    navigation: { group: "Data & Integrations", icon: Crosshair },
  },
  {
    path: "targets/import",
    title: "Import targets",
    permission: "addons:manage",
    load: () => import("./TargetImportPage"),
  },
];
