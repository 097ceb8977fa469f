import { Cpu } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "devices",
    title: "Devices",
    permission: "devices:read",
    load: () => import("./DevicesPage"),
    navigation: { group: "Fleet", icon: Cpu, shortcut: "d" },
  },
  { path: "devices/:deviceId", title: "Device", permission: "devices:read", load: () => import("./DevicePage") },
];
