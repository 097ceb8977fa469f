import { Send } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "notifications",
    title: "Notifications",
    permission: "notifications:read",
    load: () => import("./NotificationsPage"),
    navigation: { group: "Monitoring", icon: Send, shortcut: "n" },
  },
];
