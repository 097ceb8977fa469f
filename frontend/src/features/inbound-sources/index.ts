import { Webhook } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "inbound-sources",
    title: "Inbound sources",
    permission: "addons:read",
    load: () => import("./InboundSourcesPage"),
    navigation: { group: "Data & Integrations", icon: Webhook },
  },
];
