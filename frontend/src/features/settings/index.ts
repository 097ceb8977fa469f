import { Settings } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "settings",
    title: "Settings",
    permission: "tenant:read",
    load: () => import("./SettingsPage"),
    navigation: { group: "Settings", icon: Settings, shortcut: "," },
  },
];
