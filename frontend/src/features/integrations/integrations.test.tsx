import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, hear, problem, server } from "#tests/server";
import IntegrationsPage from "./IntegrationsPage";

const INTEGRATION = {
  version: 2,
  integration_id: "i-1",
  name: "Ticket desk",
  type: "webhook",
  destination: "https://desk.example/hooks",
  config: {},
  enabled: true,
  created_at: "2026-11-01T08:00:00Z",
  updated_at: "2026-11-01T08:00:00Z",
};
const ROUTE = {
  version: 5,
  route_id: "r-1",
  integration_id: "i-1",
  name: "What is grave",
  deliver_on: ["OPEN", "CLOSED"],
  min_severity: "HIGH",
  alert_types: ["THRESHOLD"],
  site_ids: ["oslo-1"],
  priority: 100,
  enabled: true,
  created_at: "2026-11-01T08:00:00Z",
  updated_at: "2026-11-01T08:00:00Z",
};
const page = (...items: object[]): object => ({ items, next_cursor: null, total: items.length });
const unfolded = { address: "/?integration=i-1" };

beforeEach(() => {
  answer("get", "/customer/integrations", page(INTEGRATION));
  answer("get", "/customer/integration-routes", page(ROUTE));
  answer("get", "/customer/sites", page({ site_id: "oslo-1", name: "Oslo" }));
});

it("lists integrations with the routes that lead to them", async () => {
  const { router } = renderPage(<IntegrationsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Routes to Ticket desk" }));
  expect(await screen.findByText("High or graver; opened, closed; Threshold; at oslo-1")).toBeVisible();
  expect(router.state.location.search).toBe("?integration=i-1");
  await expectAccessible();
});

it("says of an integration that no route leads to it", async () => {
  answer("get", "/customer/integration-routes", page());
  renderPage(<IntegrationsPage />, unfolded);
  expect(await screen.findByText("Nothing leads to it: it is told of no alert.")).toBeVisible();
});

it("switches an integration off in the version that was read", async () => {
  let version: string | null = null;
  server.use(
    http.patch("*/customer/integrations/i-1", ({ request }) => {
      version = request.headers.get("if-match");
      return HttpResponse.json({ ...INTEGRATION, enabled: false });
    }),
  );
  renderPage(<IntegrationsPage />);
  await userEvent.click(await screen.findByRole("switch", { name: "Ticket desk is on" }));
  expect(await screen.findByText("Ticket desk is off")).toBeVisible();
  expect(version).toBe('"2"');
});

it("makes a route, and asks what it is told of", async () => {
  let sent: unknown;
  server.use(
    http.post("*/customer/integration-routes", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ ...ROUTE, name: "All of it" }, { status: 201 });
    }),
  );
  renderPage(<IntegrationsPage />, unfolded);
  await userEvent.click(await screen.findByRole("button", { name: "Add a route" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText("Name"), "All of it");
  for (const state of ["Opened", "Acknowledged", "Closed"]) {
    await userEvent.click(dialog.getByRole("checkbox", { name: state }));
  }
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));
  expect(await dialog.findByText("choose at least one")).toBeVisible();
  await userEvent.click(dialog.getByRole("checkbox", { name: "Opened" }));
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("All of it is saved")).toBeVisible();
  expect(sent).toMatchObject({ integration_id: "i-1", name: "All of it", deliver_on: ["OPEN"], priority: 100 });
});

it("keeps of a route what nobody has changed", async () => {
  const sent = hear("put", "/customer/integration-routes/r-1", ROUTE);
  renderPage(<IntegrationsPage />, unfolded);
  await userEvent.click(await screen.findByRole("button", { name: "What is grave" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Edit What is grave" }));
  expect(dialog.queryByLabelText("Channel")).not.toBeInTheDocument();
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("What is grave is saved")).toBeVisible();
  const { integration_id, name, deliver_on, min_severity, alert_types, site_ids, priority, enabled } = ROUTE;
  expect(sent.body).toEqual({
    integration_id,
    name,
    deliver_on,
    min_severity,
    alert_types,
    site_ids,
    priority,
    enabled,
  });
  expect(sent.version).toBe('"5"');
});

it.each([
  [true, null, "Ticket desk took the sample"],
  [false, "404 Not Found", "Ticket desk did not take the sample: 404 Not Found"],
  [false, null, "Ticket desk did not take the sample: there was no answer"],
])("tells what became of a test: %s, %s", async (ok, error, told) => {
  const result = {
    ok,
    error,
    status_code: null,
    answer: "",
    latency_milliseconds: 8,
    tested_at: "2026-11-21T12:00:00Z",
  };
  answer("post", "/customer/integrations/i-1/test", result);
  renderPage(<IntegrationsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Actions for Ticket desk" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Send a test" }));
  expect(await screen.findByText(told)).toBeVisible();
});

it("says what keeps an integration from being deleted", async () => {
  answer("delete", "/customer/integrations/i-1", problem(409, "the policy Night calls it"), 409);
  renderPage(<IntegrationsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Actions for Ticket desk" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
  expect(await screen.findByText("the policy Night calls it")).toBeVisible();
});

it("lets a customer read, and change nothing", async () => {
  renderPage(<IntegrationsPage />, { ...unfolded, role: "customer" });
  expect(await screen.findByText("What is grave")).toBeVisible();
  expect(screen.getByRole("switch", { name: "Ticket desk is on" })).toBeDisabled();
  expect(screen.queryByRole("button", { name: "Add a route" })).not.toBeInTheDocument();
  expect(screen.queryByRole("link", { name: "New integration" })).not.toBeInTheDocument();
});
