import type { QueryClient } from "@tanstack/react-query";
import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";
import type { Permission } from "@/api/types";

/** Groups of the sidebar, in their order; "Customers" and "Platform" are operators'. */
export const NAVIGATION_GROUPS = [
  "Overview",
  "Fleet",
  "Customers",
  "Monitoring",
  "Platform",
  "Data & Integrations",
  "Settings",
] as const;
export type NavigationGroup = (typeof NAVIGATION_GROUPS)[number];

export interface PageModule {
  default: ComponentType;
}

/** What an address says beside which page it is. */
export interface Address {
  search: URLSearchParams;
  /** Of the path: deviceId. */
  parameters: Readonly<Record<string, string | undefined>>;
}

/** What a feature's index.ts exports of each of its pages; app/pages.ts collects them. */
export interface Page {
  /** Within /app, as React Router writes it: "devices/:deviceId". */
  path: string;
  title: string;
  /** Who lacks it neither sees the page in the menus nor gets it shown. */
  permission: Permission;
  /** The page's module, fetched when it is first opened. */
  load: () => Promise<PageModule>;
  /**
   * Begins to read what the page shows first, while its module is on its way and who is there is still being asked; what
   * fails the page asks again. It is in what every visitor loads: queries alone, no components.
   */
  readFirst?: (queries: QueryClient, address: Address) => Promise<unknown>;
  /** Its place in the sidebar and the command palette; pages about one thing have none. */
  navigation?: {
    group: NavigationGroup;
    icon: LucideIcon;
    /** "g" and then this letter goes there. */
    shortcut?: string;
    /** A number beside it, kept up to date. */
    badge?: "openAlerts";
  };
}
