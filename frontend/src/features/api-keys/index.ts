import { KeyRound } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "api-keys",
    title: "API keys",
    permission: "api-keys:read",
    load: () => import("./ApiKeysPage"),
    navigation: { group: "Settings", icon: KeyRound, shortcut: "k" },
  },
];
