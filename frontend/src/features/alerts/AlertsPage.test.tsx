import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import { answer, problem, server } from "#tests/server";
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
      asked.push(new URL(request.url));
      return HttpResponse.json(page(alert("a", "Too warm"), alert("b", "Door open")));
    }),
  );
});

it("counts what there is, not what is in sight", async () => {
  renderPage(<AlertsPage />);
  expect(await screen.findByRole("tab", { name: /Open 1,204/ })).toBeInTheDocument();
  expect(screen.getByRole("tab", { name: /All 1,241/ })).toBeInTheDocument();
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

it("shows the alert that a link is about although the list does not have it", async () => {
  answer("get", "/customer/alerts/z", { ...alert("z", "Closed long ago", { status: "CLOSED" }), timeline: [] });
  renderPage(<AlertsPage />, { address: "/alerts?alert=z" });
  expect(await screen.findByText("Closed long ago")).toBeInTheDocument();
  expect(await screen.findByText("Too warm")).toBeInTheDocument();
});
