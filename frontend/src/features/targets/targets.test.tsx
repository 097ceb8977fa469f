import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, hear, hearQuery, problem } from "#tests/server";
import TargetImportPage from "./TargetImportPage";
import TargetsPage from "./TargetsPage";

const ROUTER = {
  version: 3,
  target_id: "t-1",
  name: "edge-router",
  addon_id: "cisco_ios_ssh",
  host: "router.example.com",
  access: { kind: "ssh", port: 22, username: "pulse", password: "***" },
  host_key: "ssh-ed25519 AAAAC3Nz",
  site_id: null,
  gateway_device_id: null,
  interval_seconds: 300,
  timeout_seconds: 10,
  failures_before_alert: 2,
  enabled: true,
  next_poll_at: "2126-11-21T12:05:00Z",
  last_polled_at: "2026-11-21T12:00:00Z",
  last_outcome: "wrong_credentials",
  last_reason: "the server does not take this password",
  last_seconds: 0.4,
  last_success_at: null,
  failures: 3,
  gateway: null,
  unknown_since: null,
  created_at: "2026-11-21T11:00:00Z",
  updated_at: "2026-11-21T11:00:00Z",
};
const UPS = {
  ...ROUTER,
  target_id: "t-2",
  name: "ups-1",
  addon_id: "ups_mib_poll",
  host: "10.0.0.7",
  access: { kind: "snmp", port: 161, version: "v2c", community: "***", context: "" },
  host_key: null,
  gateway_device_id: "gateway-1",
  next_poll_at: null,
  last_outcome: "unreachable",
  last_reason: "no route to host",
  failures: 1,
  gateway: { status: "ONLINE", told: true, error: null },
};
const ADDONS = [
  { addon_id: "cisco_ios_ssh", name: "Cisco IOS", method: "ssh", enabled: true },
  { addon_id: "ups_mib_poll", name: "UPS-MIB", method: "snmp_poll", enabled: true },
  { addon_id: "axis_camera", name: "Axis camera", method: "api_poll", enabled: true },
  { addon_id: "prtg", name: "PRTG", method: "webhook", enabled: true },
];
const page = (...items: object[]): object => ({ items, next_cursor: null, total: items.length });

beforeEach(() => {
  answer("get", "/customer/targets", page(ROUTER, UPS));
  answer("get", "/customer/addons", { items: ADDONS });
  answer("get", "/customer/sites", page({ site_id: "lyon", name: "Lyon" }));
});

type User = ReturnType<typeof userEvent.setup>;

async function choose(user: User, item: string, name = "edge-router"): Promise<void> {
  await user.click(await screen.findByRole("button", { name: `Actions for ${name}` }));
  await user.click(await screen.findByRole("menuitem", { name: item }));
}

it("tells a wrong password from a system that is away, and who asks", async () => {
  renderPage(<TargetsPage />);
  const [router, ups] = (await screen.findAllByRole("row")).slice(1);
  expect(router).toHaveTextContent("Wrong credentials");
  expect(router).toHaveTextContent("3 times in a row");
  expect(router).toHaveTextContent("The cloud");
  expect(router).toHaveTextContent("router.example.com:22");
  expect(ups).toHaveTextContent("Not reachable");
  expect(ups).toHaveTextContent("every 5 min");
  expect(screen.getByRole("link", { name: "gateway-1" })).toHaveAttribute("href", "/devices/gateway-1");
  expect(await screen.findByRole("link", { name: "UPS-MIB" })).toHaveAttribute("href", "/addons/ups_mib_poll");
  await expectAccessible();
});

it("says of what a silent gateway asks that it is not known, and why a gateway was not told", async () => {
  const gone = { ...UPS, gateway: { status: "OFFLINE", told: false, error: null }, unknown_since: UPS.last_polled_at };
  const untold = { ...UPS, target_id: "t-3", name: "ups-2", gateway: { status: "ONLINE", told: false, error: "full" } };
  answer("get", "/customer/targets", page(gone, untold));
  renderPage(<TargetsPage />);
  const [silent, other] = (await screen.findAllByRole("row")).slice(1);
  expect(silent).toHaveTextContent("Not known");
  expect(silent).not.toHaveTextContent("Not reachable");
  expect(silent).toHaveTextContent("Is told of the change within a minute");
  expect(other).toHaveTextContent("Could not be told what to ask: full");
  await expectAccessible();
});

it("reads its filters out of the address, and takes them all away at once", async () => {
  const asked = hearQuery("/customer/targets", page());
  const user = userEvent.setup();
  const { router } = renderPage(<TargetsPage />, {
    address: "/targets?q=ups&addon=ups_mib_poll&gateway=gateway-1&result=failing",
  });
  expect(await screen.findByText("No target fits")).toBeVisible();
  const told = new URLSearchParams(asked.search);
  expect(Object.fromEntries(told)).toMatchObject({
    q: "ups",
    addon_id: "ups_mib_poll",
    gateway_device_id: "gateway-1",
    failing: "true",
  });
  await user.click(screen.getAllByRole("button", { name: "Clear filters" })[0] as HTMLElement);
  expect(router.state.location.search).toBe("");
  expect(await screen.findByText("Nothing is asked yet")).toBeVisible();
});

it("makes a target that a gateway asks, with what SNMP needs", async () => {
  const made = hear("post", "/customer/targets", { ...UPS, name: "ups-9" }, 201);
  answer("get", "/customer/devices", page({ device_id: "gateway-1", name: "Cellar" }));
  const user = userEvent.setup();
  renderPage(<TargetsPage />, { address: "/targets?new=1" });
  await screen.findByLabelText("Asked by the addon");
  const dialog = within(screen.getByRole("dialog", { name: "Add a target" }));
  await user.type(dialog.getByLabelText("Name"), "ups-9");
  await user.type(dialog.getByLabelText("Address"), "10.0.0.9");
  expect(dialog.queryByRole("option", { name: /PRTG/ })).not.toBeInTheDocument();
  await user.selectOptions(dialog.getByLabelText("Asked by the addon"), "UPS-MIB (SNMP)");
  await user.selectOptions(dialog.getByLabelText("Asked from"), "A site gateway");
  await user.click(dialog.getByRole("button", { name: "Add a target" }));
  expect(await dialog.findAllByText("is needed")).toHaveLength(2);
  await user.type(dialog.getByLabelText("Device id of the gateway"), "gateway-1");
  await user.type(dialog.getByLabelText("Community"), "secret");
  await expectAccessible();
  await user.click(dialog.getByRole("button", { name: "Add a target" }));
  expect(await screen.findByText("ups-9 is asked within a minute")).toBeVisible();
  expect(made.body).toEqual({
    name: "ups-9",
    addon_id: "ups_mib_poll",
    host: "10.0.0.9",
    access: { kind: "snmp", port: 161, version: "v2c", community: "secret" },
    site_id: null,
    gateway_device_id: "gateway-1",
    interval_seconds: null,
    timeout_seconds: 10,
    failures_before_alert: 2,
    enabled: true,
  });
});

it("keeps a password that nobody has typed anew, in the version that was read", async () => {
  const sent = hear("put", "/customer/targets/t-1", { ...ROUTER, host: "core.example.com" });
  const user = userEvent.setup();
  renderPage(<TargetsPage />);
  await choose(user, "Edit");
  const dialog = within(await screen.findByRole("dialog", { name: "Edit edge-router" }));
  expect(dialog.getByLabelText("Password")).toHaveAccessibleDescription("Kept as it is unless you type another one.");
  await user.clear(dialog.getByLabelText("Address"));
  await user.type(dialog.getByLabelText("Address"), "core.example.com");
  await user.click(dialog.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("edge-router is changed")).toBeVisible();
  expect(sent.version).toBe('"3"');
  expect(sent.body).toMatchObject({ host: "core.example.com", access: ROUTER.access, interval_seconds: 300 });
});

it("puts what the API says of an access at its fields, and the rest above them", async () => {
  const wrong = [
    { field: "access.port", reason: "must be at most 65535" },
    { field: "access", reason: "takes either a password or a private_key" },
    { field: "host", reason: "is a private address; let a gateway ask it" },
  ];
  answer("put", "/customer/targets/t-1", problem(422, "the target is refused", wrong), 422);
  const user = userEvent.setup();
  renderPage(<TargetsPage />);
  await choose(user, "Edit");
  const dialog = within(await screen.findByRole("dialog", { name: "Edit edge-router" }));
  await user.click(await dialog.findByRole("button", { name: "Save" }));
  expect(await dialog.findByLabelText("Address")).toHaveAccessibleDescription(/let a gateway ask it/);
  expect(dialog.getByText("takes either a password or a private_key")).toBeVisible();
});

it("opens the target of a row with Enter, or by its name", async () => {
  renderPage(<TargetsPage />);
  await screen.findByText("edge-router");
  await userEvent.keyboard("j{Enter}");
  expect(await screen.findByRole("dialog", { name: /edge-router/ })).toBeVisible();
});

it("switches a target off without changing anything else of it", async () => {
  const sent = hear("put", "/customer/targets/t-1", { ...ROUTER, enabled: false });
  const user = userEvent.setup();
  renderPage(<TargetsPage />);
  await user.click(await screen.findByRole("switch", { name: "Ask edge-router" }));
  await waitFor(() =>
    expect(sent.body).toEqual({
      name: "edge-router",
      addon_id: "cisco_ios_ssh",
      host: "router.example.com",
      access: ROUTER.access,
      site_id: null,
      gateway_device_id: null,
      interval_seconds: 300,
      timeout_seconds: 10,
      failures_before_alert: 2,
      enabled: false,
    }),
  );
});

it("asks a target now, and shows its answer and what it would open", async () => {
  const tried = hear("post", "/customer/targets/t-1/test", {
    state: "ANSWERED",
    outcome: "ok",
    reason: "",
    complete: true,
    seconds: 0.42,
    host_key: null,
    answers: [
      { question: "interfaces", excerpt: "Gi0/1 down", raises: ["Gi0/1 is down"], error: null },
      { question: "power", excerpt: "???", raises: [], error: "this is no table" },
    ],
    tested_at: "2026-11-21T12:00:00Z",
  });
  const user = userEvent.setup();
  renderPage(<TargetsPage />);
  await choose(user, "Test now");
  expect(await screen.findByText("Answered")).toBeVisible();
  expect(screen.getByText("0.4 s")).toBeVisible();
  expect(screen.getByRole("region", { name: "interfaces" })).toHaveTextContent("Gi0/1 down");
  expect(screen.getByText("Gi0/1 is down")).toBeVisible();
  expect(screen.getByText(/this is no table/)).toBeVisible();
  expect(tried.body).toBeNull();
  await expectAccessible();
});

it.each([
  ["wrong_credentials", "Wrong credentials"],
  ["untrusted", "Not to be trusted"],
  ["timed_out", "No answer in time"],
])("says of a test that ends as %s what to look at", async (outcome, words) => {
  answer("get", "/customer/targets", page({ ...ROUTER, last_outcome: null, failures: 0 }));
  const trial = {
    state: "ANSWERED",
    outcome,
    reason: "because",
    complete: false,
    seconds: 1,
    host_key: null,
    answers: [],
  };
  answer("post", "/customer/targets/t-1/test", { ...trial, tested_at: "2026-11-21T12:00:00Z" });
  const user = userEvent.setup();
  renderPage(<TargetsPage />);
  await choose(user, "Test now");
  expect(await screen.findByText(words)).toBeVisible();
  expect(screen.getByText("because")).toBeVisible();
});

it("says so when a target is just being asked", async () => {
  const busy = problem(429, "this target is just being asked; try again in a moment");
  answer("post", "/customer/targets/t-1/test", busy, 429);
  const user = userEvent.setup();
  renderPage(<TargetsPage />);
  await choose(user, "Test now");
  expect(await screen.findByText(/just being asked/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Test again" })).toBeEnabled();
});

const TOLD = {
  state: "WAITING",
  outcome: null,
  reason: "gateway gateway-1 is told to ask it",
  complete: false,
  seconds: null,
  host_key: null,
  answers: [],
  tested_at: "2026-11-21T12:00:00Z",
};

it("has a gateway ask its target, and shows what it answers", async () => {
  answer("post", "/customer/targets/t-2/test", TOLD);
  const heard = [{ question: "snmp", excerpt: "on battery", raises: ["ups-1 is on battery"], error: null }];
  answer("get", "/customer/targets/t-2/test", {
    ...TOLD,
    state: "ANSWERED",
    outcome: "ok",
    reason: "",
    complete: true,
    seconds: 0.3,
    answers: heard,
  });
  const user = userEvent.setup();
  renderPage(<TargetsPage />);
  await choose(user, "Test now", "ups-1");
  expect(await screen.findByText("Answered")).toBeVisible();
  expect(screen.getByText("ups-1 is on battery")).toBeVisible();
  answer("post", "/customer/targets/t-2/test", { ...TOLD, tested_at: "2026-11-21T12:01:00Z" });
  answer("get", "/customer/targets/t-2/test", { ...TOLD, state: "SILENT", reason: "it is away" });
  await user.click(screen.getByRole("button", { name: "Test again" }));
  expect(await screen.findByText("it is away")).toBeVisible();
  expect(screen.queryByText("ups-1 is on battery")).not.toBeInTheDocument();
});

it("says why a gateway has not answered", async () => {
  answer("post", "/customer/targets/t-2/test", TOLD);
  const reason = "gateway gateway-1 was not connected: is it running, and does it reach the broker?";
  answer("get", "/customer/targets/t-2/test", { ...TOLD, state: "SILENT", reason });
  const user = userEvent.setup();
  renderPage(<TargetsPage />);
  await choose(user, "Test now", "ups-1");
  expect(await screen.findByText("No answer of the gateway")).toBeVisible();
  expect(screen.getByText(reason)).toBeVisible();
  expect(screen.getByRole("button", { name: "Test again" })).toBeEnabled();
  await expectAccessible();
});

it("tells whoever waits for a gateway how far it has got", async () => {
  answer("post", "/customer/targets/t-2/test", TOLD);
  answer("get", "/customer/targets/t-2/test", TOLD);
  const user = userEvent.setup();
  renderPage(<TargetsPage />);
  await choose(user, "Test now", "ups-1");
  expect(await screen.findByText(/gateway-1 is told to ask it/)).toBeVisible();
});

it.each([
  ["Delete", "delete", "/customer/targets/t-1", null, 204, "edge-router is deleted"],
  [
    "Trust another host key",
    "post",
    "/customer/targets/t-1/forget-host-key",
    { ...ROUTER, host_key: null },
    200,
    "The next key of edge-router is trusted",
  ],
] as const)("asks before: %s", async (item, method, path, body, status, told) => {
  const heard = hear(method, path, body, status);
  const user = userEvent.setup();
  renderPage(<TargetsPage />);
  await choose(user, item);
  const dialog = within(await screen.findByRole("dialog"));
  expect(heard.body).toBeUndefined();
  await user.click(dialog.getByRole("button", { name: item }));
  expect(await screen.findByText(told)).toBeVisible();
  expect(heard.version).toBe('"3"');
});

it("leads to the addons when none of them asks", async () => {
  answer("get", "/customer/addons", { items: ADDONS.map((addon) => ({ ...addon, enabled: false })) });
  renderPage(<TargetsPage />, { address: "/targets?new=1" });
  const dialog = within(await screen.findByRole("dialog", { name: "Add a target" }));
  expect(await dialog.findByRole("link", { name: "Addons" })).toHaveAttribute("href", "/addons");
});

it("says why the list can't be read", async () => {
  answer("get", "/customer/targets", problem(503, "the database is away"), 503);
  renderPage(<TargetsPage />);
  expect(await screen.findByText("the database is away")).toBeVisible();
  expect(screen.getByRole("button", { name: "Try again" })).toBeVisible();
});

it("lets a viewer see, and change nothing", async () => {
  renderPage(<TargetsPage />, { role: "viewer", address: "/targets?new=1" });
  expect(await screen.findByRole("switch", { name: "Ask edge-router" })).toBeDisabled();
  expect(screen.queryByRole("button", { name: /Actions/ })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Add a target" })).not.toBeInTheDocument();
  expect(screen.queryByRole("link", { name: "Import" })).not.toBeInTheDocument();
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

it("shows what would become of each row of a file, then enters those that are right", async () => {
  const results = [
    { row: 2, name: "ups-1", outcome: "created", changes: [], errors: [] },
    {
      row: 3,
      name: "nas",
      outcome: "failed",
      changes: [],
      errors: [{ field: "host", reason: "is a private address" }],
    },
  ];
  const report = { dry_run: true, total: 2, created: 1, updated: 0, unchanged: 0, failed: 1, results };
  const looked = hear("post", "/customer/targets/import", report);
  const user = userEvent.setup();
  renderPage(<TargetImportPage />);
  const csv = "name,addon_id,host\nups-1,ups_mib_poll,ups.example.com\nnas,axis_camera,10.0.0.3\n";
  await user.upload(screen.getByLabelText("Choose a file", { selector: "input" }), new File([csv], "targets.csv"));
  expect(await screen.findByText("is a private address")).toBeVisible();
  expect(looked.body).toEqual({ csv, dry_run: true });
  await expectAccessible();
  const entered = hear("post", "/customer/targets/import", { ...report, dry_run: false });
  await user.click(screen.getByRole("button", { name: "Import 1 new" }));
  expect(await screen.findByText("1 added, 0 changed")).toBeVisible();
  expect(entered.body).toEqual({ csv, dry_run: false });
  await user.click(screen.getByRole("tab", { name: /All/ }));
  expect(screen.getByRole("link", { name: "ups-1" })).toHaveAttribute("href", "/targets?q=ups-1");
});

it("shows what each row of a file changes, but no secret, and asks before it empties a field", async () => {
  const changes = [
    { field: "host", before: "10.0.0.1", after: "ups.example.com" },
    { field: "site_id", before: "north", after: "" },
    { field: "community", before: "***", after: "***" },
  ];
  const results = [{ row: 2, name: "ups-1", outcome: "updated", changes, errors: [] }];
  const report = { dry_run: true, total: 1, created: 0, updated: 1, unchanged: 0, failed: 0, results };
  const sent = hear("post", "/customer/targets/import", report);
  const user = userEvent.setup();
  renderPage(<TargetImportPage />);
  await user.upload(screen.getByLabelText("Choose a file", { selector: "input" }), new File(["…"], "targets.csv"));
  const row = await screen.findByRole("row", { name: /ups-1/ });
  expect(row).toHaveTextContent("host 10.0.0.1 → ups.example.com");
  expect(row).toHaveTextContent("site_id north → emptied");
  expect(row).toHaveTextContent("community *** → as the file has it");
  await user.click(screen.getByRole("button", { name: "Import 1 changed" }));
  const question = await screen.findByRole("dialog", { name: "Empty 1 field?" });
  expect(sent.body).toMatchObject({ dry_run: true });
  await user.click(within(question).getByRole("button", { name: "Import 1 changed" }));
  await waitFor(() => expect(sent.body).toMatchObject({ dry_run: false }));
});
