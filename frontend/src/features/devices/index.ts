import { Cpu } from "lucide-react";
import type { Page } from "@/routing/page";
import { deviceDetail, devicePage } from "./queries";
import { filtersIn } from "./useDeviceFilters";

export const pages: readonly Page[] = [
  {
    path: "devices",
    title: "Devices",
    permission: "devices:read",
    load: () => import("./DevicesPage"),
    readFirst: (queries, { search }) => queries.query(devicePage(filtersIn(search), 0)),
    navigation: { group: "Fleet", icon: Cpu, shortcut: "d" },
  },
  {
    path: "devices/:deviceId",
    title: "Device",
    permission: "devices:read",
    load: () => import("./DevicePage"),
    readFirst: (queries, { parameters }) => queries.query(deviceDetail(parameters.deviceId ?? "")),
  },
];
