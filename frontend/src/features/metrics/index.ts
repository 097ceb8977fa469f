import { Gauge } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "metrics",
    title: "Metrics",
    permission: "metrics:read",
    load: () => import("./MetricsPage"),
    navigation: { group: "Data & Integrations", icon: Gauge, shortcut: "t" },
  },
];
