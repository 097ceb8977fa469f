import { SlidersHorizontal } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "alert-rules",
    title: "Alert rules",
    permission: "alert-rules:read",
    load: () => import("./AlertRulesPage"),
    navigation: { group: "Monitoring", icon: SlidersHorizontal, shortcut: "r" },
  },
  {
    path: "alert-rules/new",
    title: "New alert rule",
    permission: "alert-rules:manage",
    load: () => import("./RulePage"),
  },
  {
    path: "alert-rules/:ruleId",
    title: "Alert rule",
    permission: "alert-rules:read",
    load: () => import("./RulePage"),
  },
];
