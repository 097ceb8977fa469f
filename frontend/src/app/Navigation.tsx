import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { NavLink } from "react-router";
import { alertCounts } from "@/api/queries";
import { usePermission } from "@/auth/permissions";
import { classes } from "@/lib/classes";
import { count } from "@/lib/numbers";
import { usePreferences } from "@/lib/preferences";
import { NAVIGATION_GROUPS, type Page } from "@/routing/page";
import { text } from "./text";

export function Navigation({ pages, onGo }: { pages: readonly Page[]; onGo?: () => void }): ReactNode {
  const mayReadAlerts = usePermission("alerts:read");
  const { data } = useQuery({ ...alertCounts, enabled: mayReadAlerts });
  const openAlerts = data?.counts.OPEN ?? 0;
  const { collapsedGroups, toggleGroup } = usePreferences();
  return (
    <nav aria-label={text.navigation} className="space-y-3 p-2">
      {NAVIGATION_GROUPS.map((group) => {
        const members = pages.filter(({ navigation }) => navigation?.group === group);
        if (members.length === 0) return null;
        const collapsed = collapsedGroups.includes(group);
        const hidesOpenAlerts = collapsed && openAlerts > 0 && members.some(({ navigation }) => navigation?.badge);
        return (
          <div key={group}>
            {group !== "Overview" && (
              <button
                type="button"
                aria-expanded={!collapsed}
                onClick={() => toggleGroup(group)}
                className="flex w-full items-center gap-1.5 px-2 py-1 text-xs font-medium text-muted hover:text-ink"
              >
                {group}
                {hidesOpenAlerts && (
                  <span
                    role="img"
                    aria-label={text.openAlerts(openAlerts)}
                    className="size-2 rounded-full bg-critical"
                  />
                )}
                <ChevronDown
                  aria-hidden
                  className={classes("ml-auto size-3.5 transition-transform", collapsed && "-rotate-90")}
                />
              </button>
            )}
            {!collapsed && (
              <ul>
                {members.map((page) => (
                  <li key={page.path}>
                    <PageLink page={page} openAlerts={openAlerts} {...(onGo ? { onGo } : {})} />
                  </li>
                ))}
              </ul>
            )}
          </div>
        );
      })}
    </nav>
  );
}

function PageLink({ page, openAlerts, onGo }: { page: Page; openAlerts: number; onGo?: () => void }): ReactNode {
  const { navigation } = page;
  if (navigation === undefined) return null;
  const Icon = navigation.icon;
  return (
    <NavLink
      to={`/${page.path}`}
      // The first page of either side stands above all others of its side.
      end={page.path === "" || page.path === "operator"}
      onClick={onGo}
      className={({ isActive }) =>
        classes(
          "flex h-8 items-center gap-2 rounded-md px-2 text-sm",
          isActive ? "bg-accent-soft font-medium text-ink" : "text-muted hover:bg-raised hover:text-ink",
        )
      }
    >
      <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.8} />
      <span className="truncate">{page.title}</span>
      {navigation.badge === "openAlerts" && openAlerts > 0 && (
        <span className="tabular ml-auto rounded-full bg-danger px-1.5 text-xs font-semibold text-danger-ink">
          {count(openAlerts)}
          <span className="sr-only"> open</span>
        </span>
      )}
    </NavLink>
  );
}
