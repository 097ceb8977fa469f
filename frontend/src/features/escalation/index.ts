import { ArrowUpNarrowWide } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "escalation-policies",
    title: "Escalation policies",
    permission: "escalation-policies:read",
    load: () => import("./PoliciesPage"),
    navigation: { group: "Monitoring", icon: ArrowUpNarrowWide, shortcut: "e" },
  },
  {
    path: "escalation-policies/new",
    title: "New escalation policy",
    permission: "escalation-policies:manage",
    load: () => import("./PolicyPage"),
  },
  {
    path: "escalation-policies/:policyId",
    title: "Escalation policy",
    permission: "escalation-policies:read",
    load: () => import("./PolicyPage"),
  },
];
