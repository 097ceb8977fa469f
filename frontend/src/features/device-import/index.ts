import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  { path: "devices/import", title: "Import devices", permission: "devices:manage", load: () => import("./ImportPage") },
];
