import { Puzzle } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "addons",
    title: "Addons",
    permission: "addons:read",
    load: () => import("./AddonsPage"),
    navigation: { group: "Data & Integrations", icon: Puzzle },
  },
  { path: "addons/:addonId", title: "Addon", permission: "addons:read", load: () => import("./AddonPage") },
];
