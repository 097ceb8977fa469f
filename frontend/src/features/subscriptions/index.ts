import { BadgeCheck } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "subscriptions",
    title: "Subscriptions",
    permission: "subscriptions:read",
    load: () => import("./SubscriptionsPage"),
    navigation: { group: "Settings", icon: BadgeCheck, shortcut: "p" },
  },
];
