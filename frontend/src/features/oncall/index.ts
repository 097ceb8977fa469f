import { PhoneCall } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "oncall",
    title: "On-call",
    permission: "oncall:read",
    load: () => import("./OncallPage"),
    navigation: { group: "Monitoring", icon: PhoneCall, shortcut: "c" },
  },
  {
    path: "oncall/new",
    title: "New schedule",
    permission: "oncall:manage",
    load: () => import("./ScheduleFormPage"),
  },
  {
    path: "oncall/:scheduleId",
    title: "On-call schedule",
    permission: "oncall:read",
    load: () => import("./SchedulePage"),
  },
  {
    path: "oncall/:scheduleId/edit",
    title: "Edit schedule",
    permission: "oncall:manage",
    load: () => import("./ScheduleFormPage"),
  },
];
