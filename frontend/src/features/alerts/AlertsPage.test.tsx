import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import { keys } from "@/api/queries";
import { answer, hear, problem, server } from "#tests/server";
import { renderPage } from "#tests/render";
import AlertsPage from "./AlertsPage";

const alert = (alert_id: string, summary: string, changes: object = {}) => ({
  alert_id,
  summary,
  type: "THRESHOLD",
  severity: "HIGH",
  status: "OPEN",
  device_id: "freezer-1",
  site_id: "north",
  rule_id: null,
  details: {},
  trigger_count: 3,
  opened_at: "2026-11-21T07:00:00Z",
  last_triggered_at: "2026-11-21T07:30:00Z",
  acknowledged_at: null,
  acknowledged_by: null,
  silenced_at: null,
  silenced_until: null,
  silenced_by: null,
  flapping_since: null,
  suppressed_by: null,
  group_id: null,
  source: "rule",
  device_name: "Dairy room",
  together: 1,
  closed_at: null,
  closed_by: null,
  closed_reason: null,
  ...changes,
});
const page = (...items: object[]) => ({
  items,
  next_cursor: null,
  total: items.length,
  counts: { OPEN: 1204, ACKNOWLEDGED: 7, CLOSED: 30 },
  silenced: 0,
  suppressed: 0,
});

let asked: URL[];
beforeEach(() => {
  asked = [];
  answer("get", "/customer/sites", { items: [], next_cursor: null, total: 0 });
  server.use(
    http.get("*/customer/alerts", ({ request }) => {
      const url = new URL(request.url);
      asked.push(url);
      const is = { status: url.searchParams.get("status") };
      return HttpResponse.json(page(alert("a", "Too warm", is), alert("b", "Door open", is)));
    }),
  );
});

it("counts what there is, not what is in sight", async () => {
  renderPage(<AlertsPage />);
  expect(await screen.findByRole("tab", { name: /Open 1,204/ })).toBeInTheDocument();
  expect(screen.getByRole("tab", { name: /All 1,241/ })).toBeInTheDocument();
});

it("says that nothing is wrong only where nobody is at work on anything", async () => {
  answer("get", "/customer/alerts", { ...page(), counts: { OPEN: 0, ACKNOWLEDGED: 7, CLOSED: 30 } });
  const { unmount } = renderPage(<AlertsPage />);
  expect(await screen.findByText("No open alerts")).toBeVisible();
  const link = screen.getByRole("link", { name: "7 alerts acknowledged" });
  expect(link).toHaveAttribute("href", "/alerts?status=ACKNOWLEDGED");
  unmount();
  answer("get", "/customer/alerts", { ...page(), counts: { OPEN: 0, ACKNOWLEDGED: 0, CLOSED: 30 } });
  renderPage(<AlertsPage />);
  expect(await screen.findByText("Nothing is wrong")).toBeVisible();
});

it("asks for what its address says", async () => {
  renderPage(<AlertsPage />, { address: "/?status=CLOSED&severity=CRITICAL&severity=HIGH&q=door&sort=severity" });
  await screen.findByText("Door open");
  const query = asked[0]?.searchParams;
  expect(query?.getAll("status")).toEqual(["CLOSED"]);
  expect(query?.getAll("severity")).toEqual(["CRITICAL", "HIGH"]);
  expect([query?.get("q"), query?.get("sort")]).toEqual(["door", "severity"]);
});

it("acknowledges what is selected, says what was refused, and takes it back on undo", async () => {
  const handled: unknown[] = [];
  server.use(
    http.post("*/customer/alerts/bulk", async ({ request }) => {
      handled.push(await request.json());
      const refusal = { status: 409, detail: "it is closed" };
      return HttpResponse.json({
        changed: 1,
        refused: 1,
        results: [
          { alert_id: "a", changed: true, alert: null, refusal: null },
          { alert_id: "b", changed: false, alert: null, refusal },
        ],
      });
    }),
  );
  // Radix lets no pointer at its toasts while the first one is on its way in.
  const user = userEvent.setup({ pointerEventsCheck: 0 });
  renderPage(<AlertsPage />);
  await user.click(await screen.findByRole("checkbox", { name: "Select every alert in sight" }));
  const toolbar = screen.getByRole("toolbar", { name: "2 alerts selected" });
  await user.click(within(toolbar).getByRole("button", { name: "Acknowledge" }));
  expect(await screen.findByText("1 refused: it is closed")).toBeInTheDocument();
  await waitFor(() => expect(screen.queryByRole("toolbar")).not.toBeInTheDocument());
  await user.click(screen.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(handled).toHaveLength(2));
  expect(handled).toMatchObject([
    { action: "acknowledge", alert_ids: ["a", "b"] },
    { action: "unacknowledge", alert_ids: ["a"] },
  ]);
});

it("selects nothing that is closed, and says why", async () => {
  const user = userEvent.setup();
  const over = alert("c", "Fan stood still", { status: "CLOSED" });
  answer("get", "/customer/alerts", page(alert("a", "Too warm"), over));
  renderPage(<AlertsPage />, { address: "/?status=ALL" });
  const box = await screen.findByRole("checkbox", { name: "Select: Fan stood still" });
  expect(box).toBeDisabled();
  expect(box).toHaveAccessibleDescription("It is closed: there is nothing left to do with it.");
  await user.click(screen.getByRole("checkbox", { name: "Select every alert in sight" }));
  expect(screen.getByRole("toolbar", { name: "1 alert selected" })).toBeVisible();
  expect(screen.getByRole("checkbox", { name: "Select every alert in sight" })).toBeChecked();
  expect(screen.getByRole("checkbox", { name: "Select: Fan stood still" })).not.toBeChecked();
});

it("has nothing to select where everything is closed", async () => {
  renderPage(<AlertsPage />, { address: "/?status=CLOSED" });
  const every = await screen.findByRole("checkbox", { name: "Select every alert in sight" });
  expect(every).toBeDisabled();
  expect(every).not.toBeChecked();
});

it("offers to acknowledge only where something selected is not acknowledged yet", async () => {
  const user = userEvent.setup();
  answer("get", "/customer/alerts", page(alert("a", "Too warm"), alert("b", "Door open", { status: "ACKNOWLEDGED" })));
  renderPage(<AlertsPage />, { address: "/?status=ALL" });
  await user.click(await screen.findByRole("checkbox", { name: "Select: Door open" }));
  const acknowledge = screen.getByRole("button", { name: "Acknowledge" });
  expect(acknowledge).toBeDisabled();
  await user.click(screen.getByRole("checkbox", { name: "Select: Too warm" }));
  expect(acknowledge).toBeEnabled();
});

it("handles of devices that fell silent together those that are not back", async () => {
  const user = userEvent.setup();
  const silent = { type: "NO_HEARTBEAT", source: "heartbeat", group_id: "group-1", site_id: "north" };
  const back = alert("a", "A is silent", { ...silent, status: "CLOSED" });
  const members = [back, alert("b", "B is silent", silent)];
  server.use(
    http.get("*/customer/alerts", ({ request }) => {
      const grouped = new URL(request.url).searchParams.get("grouped") === "true";
      return HttpResponse.json(grouped ? page({ ...back, together: 2 }) : page(...members));
    }),
  );
  const handled = hear("post", "/customer/alerts/bulk", { results: [], changed: 0, refused: 0 });
  renderPage(<AlertsPage />, { address: "/?status=ALL" });
  await user.click(await screen.findByRole("checkbox", { name: "Select every alert in sight" }));
  await user.click(screen.getByRole("button", { name: "Acknowledge" }));
  await waitFor(() => expect(handled.body).toMatchObject({ action: "acknowledge", alert_ids: ["b"] }));
});

it("reads the first page alone after an event, and keeps what was loaded below it", async () => {
  const first = { ...page(alert("a", "Too warm")), next_cursor: "second", total: 2 };
  let head = first;
  const cursors: (string | null)[] = [];
  server.use(
    http.get("*/customer/alerts", ({ request }) => {
      const cursor = new URL(request.url).searchParams.get("cursor");
      cursors.push(cursor);
      return HttpResponse.json(cursor === null ? head : { ...page(alert("b", "Door open")), total: 2 });
    }),
  );
  const { queries } = renderPage(<AlertsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Show more" }));
  await screen.findByText("Door open");
  cursors.length = 0;
  head = { ...first, items: [alert("c", "Fan stands still"), ...first.items], total: 3 };
  // As live/refresh.ts does.
  await queries.invalidateQueries({ queryKey: keys.alerts });
  expect(await screen.findByText("Fan stands still")).toBeInTheDocument();
  expect(screen.getByText("Door open")).toBeInTheDocument();
  expect(screen.getByText("Too warm")).toBeInTheDocument();
  expect(cursors).toEqual([null]);
});

it("offers a viewer nothing to select", async () => {
  renderPage(<AlertsPage />, { role: "viewer" });
  await screen.findByText("Too warm");
  expect(screen.queryByRole("checkbox")).not.toBeInTheDocument();
});

it("says why it has nothing to show, and tries again", async () => {
  answer("get", "/customer/alerts", problem(503, "The database does not answer."), 503);
  const user = userEvent.setup();
  renderPage(<AlertsPage />);
  expect(await screen.findByText("The database does not answer.")).toBeInTheDocument();
  expect(screen.getByText("Request request-1")).toBeInTheDocument();
  answer("get", "/customer/alerts", page(alert("a", "Too warm")));
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Too warm")).toBeInTheDocument();
});

it("calls a device by its name and its id", async () => {
  renderPage(<AlertsPage />);
  expect((await screen.findAllByRole("link", { name: "Dairy room" }))[0]).toHaveAttribute("href", "/devices/freezer-1");
  expect(screen.getAllByText("freezer-1")).not.toHaveLength(0);
});

it("shows devices that fell silent together as one, with them inside, and acts on all of them", async () => {
  const user = userEvent.setup();
  const silent = { type: "NO_HEARTBEAT", source: "heartbeat", group_id: "group-1", site_id: "north" };
  const members = [alert("a", "A is silent", silent), alert("b", "B is silent", { ...silent, device_id: "freezer-2" })];
  let handled: unknown;
  server.use(
    http.get("*/customer/alerts", ({ request }) => {
      const grouped = new URL(request.url).searchParams.get("grouped") === "true";
      return HttpResponse.json(grouped ? page({ ...members[0], together: 12 }) : page(...members));
    }),
    http.post("*/customer/alerts/bulk", async ({ request }) => {
      handled = await request.json();
      return HttpResponse.json({ results: [], changed: 0, refused: 0 });
    }),
  );
  renderPage(<AlertsPage />);
  await user.click(await screen.findByRole("button", { name: "Story of: 12 devices of north fell silent together" }));
  expect(await screen.findByText("B is silent")).toBeInTheDocument();
  await user.click(screen.getByRole("checkbox", { name: "Select every alert in sight" }));
  await user.click(
    within(screen.getByRole("toolbar", { name: "12 alerts selected" })).getByRole("button", { name: "Acknowledge" }),
  );
  await waitFor(() => expect(handled).toMatchObject({ action: "acknowledge", alert_ids: ["a", "b"] }));
});

it("says of another system's alert who told of it and what it is about", async () => {
  const details = {
    addon_id: "prtg",
    inbound_source: { source_id: "s", name: "PRTG in Lyon" },
    external_device: { external_device_id: "e", name: "switch-7", address: "10.0.0.7" },
  };
  const link = alert("a", "Port 3 is down", { source: "addon", type: "LINK_DOWN", device_id: null, details });
  answer("get", "/customer/alerts", page(link));
  renderPage(<AlertsPage />);
  expect(await screen.findByText("from PRTG in Lyon")).toBeInTheDocument();
  expect(screen.getByText("switch-7")).toBeInTheDocument();
  expect(screen.getByText("Link down")).toBeInTheDocument();
});

it.each([
  [{ target: { target_id: "t", name: "Core switch" } }, "from Core switch"],
  [{ gateway: { device_id: "lyo-gateway-01" } }, "from lyo-gateway-01"],
  [{}, "from snmp_printer"],
])("says of an alert with %j that it is %s", async (speaker, words) => {
  const details = { addon_id: "snmp_printer", ...speaker };
  answer("get", "/customer/alerts", page(alert("a", "Paper is out", { source: "addon", device_id: null, details })));
  renderPage(<AlertsPage />);
  expect(await screen.findByText(words)).toBeInTheDocument();
});

it.each([
  [
    "its target",
    { addon_id: "http_json", target: { target_id: "t", name: "Core switch", host: "10.0.0.1" } },
    { name: "Core switch", href: "/targets?q=Core%20switch", address: "10.0.0.1" },
  ],
  [
    "its source",
    { addon_id: "prtg", inbound_source: { source_id: "s", name: "PRTG" } },
    { name: "PRTG", href: "/inbound-sources?q=PRTG", address: undefined },
  ],
])("names, of an alert of Pulse's own that is about no device, %s", async (_what, details, { name, href, address }) => {
  const failed = alert("a", "It can't be asked", { source: "platform", type: "POLL_FAILED", device_id: null, details });
  answer("get", "/customer/alerts", page(failed));
  renderPage(<AlertsPage />);
  expect(await screen.findByRole("link", { name })).toHaveAttribute("href", href);
  if (address !== undefined) expect(screen.getByText(address)).toBeVisible();
  expect(screen.queryByText(`from ${name}`)).toBeNull();
});

it("shows the alert that a link is about although the list does not have it", async () => {
  answer("get", "/customer/alerts/z", { ...alert("z", "Closed long ago", { status: "CLOSED" }), timeline: [] });
  renderPage(<AlertsPage />, { address: "/alerts?alert=z" });
  expect(await screen.findByText("Closed long ago")).toBeInTheDocument();
  expect(await screen.findByText("Too warm")).toBeInTheDocument();
});

const opened = { alert_id: "z", summary: "Too warm", timeline: [] as object[] };

it("asks before it closes an alert, and sends the reason", async () => {
  const user = userEvent.setup();
  answer("get", "/customer/alerts/z", { ...alert("z", "Too warm"), ...opened });
  const result = { alert_id: "z", changed: true, alert: alert("z", "Too warm", { status: "CLOSED" }), refusal: null };
  const handled = hear("post", "/customer/alerts/bulk", { changed: 1, refused: 0, results: [result] });
  renderPage(<AlertsPage />, { address: "/alerts?alert=z" });
  await user.click(await screen.findByRole("button", { name: "Close" }));
  const dialog = await screen.findByRole("dialog", { name: "Close the alert" });
  expect(handled.body).toBeUndefined();
  await user.type(within(dialog).getByRole("textbox", { name: "Reason (optional)" }), "the door was open");
  await user.click(within(dialog).getByRole("button", { name: "Close it" }));
  await waitFor(() =>
    expect(handled.body).toMatchObject({ action: "close", alert_ids: ["z"], remark: "the door was open" }),
  );
});

it("shows an alert as it is after an action, before its list has been read again", async () => {
  const user = userEvent.setup();
  answer("get", "/customer/alerts/z", { ...alert("z", "Too warm"), ...opened });
  const taken = alert("z", "Too warm", { status: "ACKNOWLEDGED", acknowledged_at: "2026-11-21T07:40:00Z" });
  hear("post", "/customer/alerts/bulk", {
    changed: 1,
    refused: 0,
    results: [{ alert_id: "z", changed: true, alert: taken, refusal: null }],
  });
  renderPage(<AlertsPage />, { address: "/alerts?alert=z" });
  const acknowledge = await screen.findByRole("button", { name: "Acknowledge" });
  server.use(http.get("*/customer/alerts/z", () => new Promise<never>(() => undefined)));
  await user.click(acknowledge);
  expect(await screen.findByRole("button", { name: "Give back" })).toBeEnabled();
});

it("leads from an alert to its rule, its target and what its device has measured", async () => {
  const details = { rule: "Cold storage too warm", target: { name: "Router & co", host: "10.0.0.1" } };
  answer("get", "/customer/alerts/z", { ...alert("z", "Too warm", { rule_id: "r", details }), ...opened });
  renderPage(<AlertsPage />, { address: "/alerts?alert=z" });
  const leads = async (name: string) => (await screen.findByRole("link", { name })).getAttribute("href");
  expect(await leads("Cold storage too warm")).toBe("/alert-rules/r");
  expect(await leads("Router & co")).toBe("/targets?q=Router%20%26%20co");
  expect(await leads("What the device has measured")).toBe("/devices/freezer-1?tab=telemetry");
});

it("names the target that a linked alert is about", async () => {
  const details = { target: { name: "Router & co", host: "10.0.0.1" } };
  const changes = { device_id: null, device_name: null, details };
  answer("get", "/customer/alerts/z", { ...alert("z", "Silent", changes), ...opened });
  renderPage(<AlertsPage />, { address: "/alerts?alert=z" });
  expect(await screen.findByText("10.0.0.1")).toBeVisible();
  expect(screen.getAllByRole("link", { name: "Router & co" })).not.toHaveLength(0);
});

it("leads from what is over to what the device measured then", async () => {
  const over = { opened_at: "2026-11-21T07:00:00Z", closed_at: "2026-11-21T08:00:00Z", status: "CLOSED" };
  answer("get", "/customer/alerts/a", { ...alert("a", "Too warm", over), timeline: [] });
  renderPage(<AlertsPage />, { address: "/?status=CLOSED&alert=a" });
  const link = await screen.findByRole("link", { name: "What the device has measured" });
  expect(decodeURIComponent(link.getAttribute("href") ?? "")).toBe(
    "/devices/freezer-1?tab=telemetry&start=2026-11-21T06:30:00.000Z&end=2026-11-21T08:30:00.000Z",
  );
});

it("unfolds an alert's story with a click on its summary, which is a link for a tab of its own", async () => {
  answer("get", "/customer/alerts/a", { ...alert("a", "Too warm"), timeline: [] });
  const { router } = renderPage(<AlertsPage />);
  const link = await screen.findByRole("link", { name: "Too warm" });
  expect(link).toHaveAttribute("href", "/alerts?alert=a");
  await userEvent.setup().click(link);
  await waitFor(() => expect(router.state.location.search).toBe("?alert=a"));
  expect(await screen.findByRole("button", { name: /Too warm/, expanded: true })).toBeVisible();
});
