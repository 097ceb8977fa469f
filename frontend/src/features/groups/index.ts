import { Boxes } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "groups",
    title: "Device groups",
    permission: "devices:read",
    load: () => import("./GroupsPage"),
    navigation: { group: "Fleet", icon: Boxes, shortcut: "b" },
  },
  { path: "groups/:groupId", title: "Device group", permission: "devices:read", load: () => import("./GroupPage") },
];
