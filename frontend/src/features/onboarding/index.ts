import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  { path: "devices/new", title: "Add a device", permission: "devices:manage", load: () => import("./WizardPage") },
];
