import { Users, UsersRound } from "lucide-react";
import type { Page } from "@/routing/page";

export const pages: readonly Page[] = [
  {
    path: "users",
    title: "Users",
    permission: "users:read",
    load: () => import("./UsersPage"),
    navigation: { group: "Settings", icon: Users, shortcut: "u" },
  },
  {
    path: "operator/users",
    title: "Users",
    permission: "operator.users:read",
    load: () => import("./AllUsersPage"),
    navigation: { group: "Customers", icon: UsersRound, shortcut: "u" },
  },
];
