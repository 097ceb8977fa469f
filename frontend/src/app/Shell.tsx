import { CircleHelp, Menu as MenuIcon, Search, UserRound, X } from "lucide-react";
import { lazy, Suspense, useCallback, useMemo, useState, type ReactNode } from "react";
import { Link, Outlet, useLocation } from "react-router";
import { Can } from "@/auth/Can";
import { usePermission, useProfile, useSession } from "@/auth/permissions";
import { Button, IconButton } from "@/components/Button";
import { ErrorBoundary } from "@/components/ErrorBoundary";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/components/Menu";
import { Skeleton } from "@/components/States";
import { roleWords } from "@/components/text";
import { classes } from "@/lib/classes";
import { LiveIndicator } from "./LiveIndicator";
import { Navigation } from "./Navigation";
import { pages } from "./pages";
import { useShortcuts } from "./shortcuts";
import { text } from "./text";

const CommandPalette = lazy(() => import("./CommandPalette"));
const Preferences = lazy(() => import("./Preferences").then(({ Preferences: it }) => ({ default: it })));
const ShortcutHelp = lazy(() => import("./ShortcutHelp").then(({ ShortcutHelp: it }) => ({ default: it })));

type Overlay = "palette" | "preferences" | "help";

/** What stands around every page. */
export function Shell(): ReactNode {
  const profile = useProfile();
  const mayFindDevices = usePermission("devices:read");
  const location = useLocation();
  const [overlay, setOverlay] = useState<Overlay>();
  const [menuOpen, setMenuOpen] = useState(false);
  const allowed = useMemo(
    () => pages.filter(({ permission }) => profile.permissions.includes(permission)),
    [profile.permissions],
  );
  const close = useCallback(() => setOverlay(undefined), []);
  const openPalette = useCallback(() => setOverlay("palette"), []);
  const openHelp = useCallback(() => setOverlay("help"), []);
  useShortcuts({ pages: allowed, onPalette: openPalette, onHelp: openHelp });

  return (
    <div className="flex h-dvh print:block print:h-auto">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-2">
        {text.skip}
      </a>
      <aside
        className={classes(
          "z-30 w-56 shrink-0 overflow-y-auto border-r bg-surface print:hidden max-lg:fixed max-lg:inset-y-0",
          !menuOpen && "max-lg:hidden",
        )}
      >
        <div className="flex h-12 items-center justify-between border-b px-3">
          <Link to="/" className="flex items-center gap-2 text-base font-semibold">
            <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" className="size-6" />
            {text.product}
          </Link>
          <span className="lg:hidden">
            <IconButton label="Close the menu" size="small" onClick={() => setMenuOpen(false)}>
              <X aria-hidden className="size-4" />
            </IconButton>
          </span>
        </div>
        <Navigation pages={allowed} onGo={() => setMenuOpen(false)} />
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-surface px-3 print:hidden">
          <span className="lg:hidden">
            <IconButton label={text.openNavigation} onClick={() => setMenuOpen(true)}>
              <MenuIcon aria-hidden className="size-4" />
            </IconButton>
          </span>
          <Button onClick={openPalette} className="w-72 max-w-full justify-start font-normal text-muted">
            <Search aria-hidden className="size-4" />
            <span className="truncate">{mayFindDevices ? text.commands : text.commandsToPages}</span>
            <kbd className="ml-auto rounded border px-1 font-mono text-xs max-sm:hidden">Ctrl K</kbd>
          </Button>
          <div className="ml-auto flex items-center gap-2">
            <Can permission="live:follow">
              <LiveIndicator />
            </Can>
            <IconButton label={text.shortcuts} onClick={openHelp}>
              <CircleHelp aria-hidden className="size-4" />
            </IconButton>
            <AccountMenu onPreferences={() => setOverlay("preferences")} />
          </div>
        </header>
        <main
          id="content"
          tabIndex={-1}
          className="min-h-0 flex-1 overflow-y-auto p-4 outline-none print:overflow-visible"
        >
          <ErrorBoundary resetKey={location.pathname}>
            <Suspense fallback={<Skeleton rows={8} className="max-w-xl" />}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
      <Suspense>
        {overlay === "palette" && <CommandPalette open onClose={close} pages={allowed} />}
        {overlay === "preferences" && <Preferences open onClose={close} />}
        {overlay === "help" && <ShortcutHelp open onClose={close} pages={allowed} />}
      </Suspense>
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
