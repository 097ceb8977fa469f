/** Words of the shell: navigation, sign-in, preferences, help. */
export const text = {
  product: "Pulse",
  skip: "Skip to content",
  navigation: "Pages",
  openNavigation: "Open the menu",
  openAlerts: (count: number) => `${count} open`,
  commands: "Go to a page or a device",
  commandsToPages: "Go to a page",
  commandsHint: "Type a page's or a device's name",
  noCommands: "Nothing is called that",
  pages: "Pages",
  devices: "Devices",
  actions: "Actions",
  live: "Live",
  connecting: "Connecting",
  reconnecting: (age: string | null) => (age === null ? "Reconnecting" : `Reconnecting, live until ${age}`),
  account: "Account and preferences",
  preferences: "Preferences",
  theme: "Theme",
  themes: { light: "Light", dark: "Dark", system: "As the system" },
  timeZone: "Time zone",
  timeZoneHint: "Times are shown in it; on-call schedules and windows have their own.",
  browserTimeZone: (zone: string) => `As the browser (${zone})`,
  done: "Done",
  shortcuts: "Keyboard shortcuts",
  signOut: "Sign out",
  signIn: "Sign in",
  signedOut: "You are signed out",
  signedOutDetail: "This browser keeps nothing of your session.",
  signInFailed: "Signing in did not work",
  signInFailedDetail: "The sign-in may have been too old, or opened in another tab.",
  notFound: "There is no such page",
  notFoundDetail: "The address may be mistyped, or what it named is gone.",
  toOverview: "To the start",
  notAllowed: "You may not see this page",
  notAllowedDetail: (roles: string, isOperators: boolean) =>
    isOperators
      ? `It is for those who operate the platform; your role is ${roles}.`
      : `Your role (${roles}) doesn't have it. An administrator of your organisation can change that.`,
  wallClosed: "This screen has no key that opens it",
  wallClosedDetail:
    "Its key was revoked, its time is over, it is for something else, or the address lacks one. An operator makes a new one under Settings.",
} as const;

export const shortcutHelp: readonly (readonly [string, string])[] = [
  ["Ctrl K", "Go to a page or a device"],
  ["/", "Search on this page"],
  ["?", "This list"],
  ["j  k", "Next and previous row of a list"],
  ["Enter", "Open the row"],
  ["Esc", "Close what is open"],
];
