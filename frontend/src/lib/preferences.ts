/** What a person chose on this browser. Never anything secret: it is in localStorage. */
import { create } from "zustand";

export type Theme = "light" | "dark" | "system";

const THEME_KEY = "pulse.theme";
const TIME_ZONE_KEY = "pulse.timeZone";
const COLLAPSED_KEY = "pulse.collapsedGroups";
const DISMISSED_KEY = "pulse.dismissed";

/** A browser may keep nothing (private windows, policies): then a choice lasts until the page is left. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The choice holds in memory.
  }
}

function isTheme(value: string | null): value is Theme {
  return value === "light" || value === "dark" || value === "system";
}

function names(key: string): string[] {
  return (read(key) ?? "").split(",").filter((name) => name !== "");
}

interface Preferences {
  theme: Theme;
  /** What the theme comes to just now: what draws on a canvas draws anew when it changes. */
  isDark: boolean;
  /** IANA name; null is that of the browser. */
  timeZone: string | null;
  collapsedGroups: string[];
  /** What was told once and put away, such as the list of first steps. */
  dismissed: string[];
  setTheme: (theme: Theme) => void;
  setTimeZone: (timeZone: string | null) => void;
  toggleGroup: (group: string) => void;
  dismiss: (name: string) => void;
}

export const usePreferences = create<Preferences>((set, get) => {
  const storedTheme = read(THEME_KEY);
  return {
    theme: isTheme(storedTheme) ? storedTheme : "system",
    isDark: document.documentElement.classList.contains("dark"),
    timeZone: read(TIME_ZONE_KEY) || null,
    collapsedGroups: names(COLLAPSED_KEY),
    dismissed: names(DISMISSED_KEY),
    setTheme: (theme) => {
      write(THEME_KEY, theme);
      set({ theme });
      applyTheme(theme);
    },
    setTimeZone: (timeZone) => {
      write(TIME_ZONE_KEY, timeZone ?? "");
      set({ timeZone });
    },
    toggleGroup: (group) => {
      const groups = get().collapsedGroups;
      const collapsedGroups = groups.includes(group) ? groups.filter((other) => other !== group) : [...groups, group];
      write(COLLAPSED_KEY, collapsedGroups.join(","));
      set({ collapsedGroups });
    },
    dismiss: (name) => {
      const dismissed = [...get().dismissed.filter((other) => other !== name), name];
      write(DISMISSED_KEY, dismissed.join(","));
      set({ dismissed });
    },
  };
});

/** Put a theme on the page, as public/theme.js does before the first paint. */
export function applyTheme(theme: Theme): void {
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
  usePreferences.setState({ isDark: dark });
}

/** Follow the system's theme for as long as the page is open. */
export function followSystemTheme(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    applyTheme(usePreferences.getState().theme);
  });
}

/** The time zone that times are shown in. */
export function useTimeZone(): string {
  return usePreferences((state) => state.timeZone) ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}
