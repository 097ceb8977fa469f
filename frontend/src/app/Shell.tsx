import { CircleHelp, Menu as MenuIcon, Search, UserRound } from "lucide-react";
import { useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { Outlet, useLocation } from "react-router";
import { Can } from "@/auth/Can";
import { usePermission, useProfile, useSession } from "@/auth/permissions";
import { Button, IconButton } from "@/components/Button";
import { LazyPart } from "@/components/ErrorBoundary";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/components/Menu";
import { Skeleton } from "@/components/States";
import { roleWords } from "@/components/text";
import { lazily } from "@/lib/lazily";
import { LiveIndicator } from "./LiveIndicator";
import { OfflineBar } from "./OfflineBar";
import { pages } from "./pages";
import { useShortcuts } from "./shortcuts";
import { Sidebar } from "./Sidebar";
import { text } from "./text";
import { useArrival } from "./useArrival";

const CommandPalette = lazily(() => import("./CommandPalette"));
const Preferences = lazily(async () => ({ default: (await import("./Preferences")).Preferences }));
const SidebarDrawer = lazily(() => import("./SidebarDrawer"));
const ShortcutHelp = lazily(async () => ({ default: (await import("./ShortcutHelp")).ShortcutHelp }));

function prepareOverlays(): void {
  for (const overlay of [CommandPalette, Preferences, SidebarDrawer, ShortcutHelp]) overlay.prepare();
}

const AFTER_THE_PAGE_MILLISECONDS = 2000;

type Overlay = "navigation" | "palette" | "preferences" | "help";

/** What stands around every page. */
export function Shell(): ReactNode {
  const profile = useProfile();
  const mayFindDevices = usePermission("devices:read");
  const location = useLocation();
  const [overlay, setOverlay] = useState<Overlay>();
  const allowed = useMemo(
    () => pages.filter(({ permission }) => profile.permissions.includes(permission)),
    [profile.permissions],
  );
  const close = useCallback(() => setOverlay(undefined), []);
  const openPalette = useCallback(() => setOverlay("palette"), []);
  const openHelp = useCallback(() => setOverlay("help"), []);
  const content = useArrival();
  // What is typed right behind Ctrl K is for the palette, which therefore must not be on its way by then; and the menu
  // opens without a connection.
  useEffect(() => {
    const timer = setTimeout(prepareOverlays, AFTER_THE_PAGE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, []);
  useShortcuts({ pages: allowed, onPalette: openPalette, onHelp: openHelp });

  return (
    <div className="flex h-dvh print:block print:h-auto">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-2">
        {text.skip}
      </a>
      <Sidebar pages={allowed} />
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-surface px-3 print:hidden">
          <span className="lg:hidden">
            <IconButton label={text.openNavigation} onClick={() => setOverlay("navigation")}>
              <MenuIcon aria-hidden className="size-4" />
            </IconButton>
          </span>
          <Button onClick={openPalette} className="w-72 min-w-0 justify-start font-normal text-muted">
            <Search aria-hidden className="size-4 shrink-0" />
            <span className="truncate">{mayFindDevices ? text.commands : text.commandsOfOperators}</span>
            <kbd className="ml-auto rounded border px-1 font-mono text-xs max-sm:hidden">Ctrl K</kbd>
          </Button>
          <div className="ml-auto flex shrink-0 items-center gap-2 max-sm:gap-0">
            <Can permission="live:follow">
              <LiveIndicator />
            </Can>
            <IconButton label={text.shortcuts} onClick={openHelp}>
              <CircleHelp aria-hidden className="size-4" />
            </IconButton>
            <AccountMenu onPreferences={() => setOverlay("preferences")} />
          </div>
        </header>
        <OfflineBar />
        <LazyPart resetKey={overlay}>
          {overlay === "navigation" && <SidebarDrawer pages={allowed} onClose={close} />}
          {overlay === "palette" && <CommandPalette open onClose={close} pages={allowed} />}
          {overlay === "preferences" && <Preferences open onClose={close} />}
          {overlay === "help" && <ShortcutHelp open onClose={close} pages={allowed} />}
        </LazyPart>
        <main
          ref={content}
          id="content"
          tabIndex={-1}
          className="relative min-h-0 flex-1 overflow-y-auto p-4 outline-none print:overflow-visible"
        >
          <LazyPart fallback={<Skeleton rows={8} className="max-w-xl" />} resetKey={location.pathname}>
            <Outlet />
          </LazyPart>
        </main>
      </div>
    </div>
  );
}

function AccountMenu({ onPreferences }: { onPreferences: () => void }): ReactNode {
  const profile = useProfile();
  const session = useSession();
  return (
    <Menu
      trigger={
        <IconButton label={text.account}>
          <UserRound aria-hidden className="size-4" />
        </IconButton>
      }
    >
      <MenuLabel>
        <span className="block text-sm text-ink">{profile.email}</span>
        {profile.roles.map((role) => roleWords[role]).join(", ")}
        {profile.tenant_id !== null && `, ${profile.tenant_id}`}
      </MenuLabel>
      <MenuSeparator />
      <MenuItem onSelect={onPreferences}>{text.preferences}</MenuItem>
      <MenuItem onSelect={() => void session.signOut()}>{text.signOut}</MenuItem>
    </Menu>
  );
}
