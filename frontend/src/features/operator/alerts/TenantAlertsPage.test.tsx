import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, hearQuery, problem } from "#tests/server";
import TenantAlertsPage from "./TenantAlertsPage";

const ALERT = {
  alert_id: "a-1",
  tenant_id: "acme",
  tenant_name: "Acme Cold Chain",
  type: "THRESHOLD",
  severity: "CRITICAL",
  status: "CLOSED",
  device_id: "fridge-1",
  device_name: "Fridge at the gate",
  site_id: "north",
  rule_id: null,
  summary: "Too warm",
  details: { metric: "temp_c", value: 9 },
  trigger_count: 3,
  opened_at: "2026-11-21T08:00:00Z",
  last_triggered_at: "2026-11-21T08:10:00Z",
  acknowledged_at: "2026-11-21T08:05:00Z",
  acknowledged_by: "ada@acme.example",
  silenced_at: null,
  silenced_until: null,
  silenced_by: null,
  flapping_since: "2026-11-21T08:09:00Z",
  suppressed_by: null,
  group_id: null,
  closed_at: "2026-11-21T09:00:00Z",
  closed_by: "rule",
  closed_reason: "cold again",
};
const PAGE = { items: [ALERT], next_cursor: null, total: 1, counts: { OPEN: 2, ACKNOWLEDGED: 0, CLOSED: 1 } };

it("shows whose an alert is and how it went", async () => {
  answer("get", "/operator/alerts", PAGE);
  const { router } = renderPage(<TenantAlertsPage />, { role: "operator", address: "/?status=CLOSED" });
  await userEvent.click(await screen.findByRole("button", { name: "Details of Too warm" }));
  expect(screen.getByText("Comes and goes")).toBeVisible();
  expect(screen.getByText("by ada@acme.example")).toBeVisible();
  expect(screen.getByText(/cold again/)).toBeVisible();
  expect(screen.getByText("temp_c")).toBeVisible();
  expect(router.state.location.search).toBe("?status=CLOSED&alert=a-1");
  await expectAccessible();
});

it("names the target that an alert without a device is about, and where it is reached", async () => {
  const details = { target: { name: "Core switch", host: "10.0.0.1" } };
  const item = { ...ALERT, device_id: null, device_name: null, details };
  answer("get", "/operator/alerts", { ...PAGE, items: [item] });
  renderPage(<TenantAlertsPage />, { role: "operator" });
  expect(await screen.findByRole("cell", { name: "Core switch10.0.0.1" })).toBeVisible();
});

it("says whose the platform's own alerts are, without a way to a tenant that nobody administers", async () => {
  answer("get", "/operator/alerts", { ...PAGE, items: [{ ...ALERT, tenant_id: "platform", type: "SYSTEM_HEALTH" }] });
  renderPage(<TenantAlertsPage />, { role: "operator" });
  expect(await screen.findByText("the platform")).toBeVisible();
  expect(screen.queryByRole("link", { name: "platform" })).toBeNull();
});

it("counts every status, and keeps tab and filters in the address", async () => {
  const asked = hearQuery("/operator/alerts", PAGE);
  const { router } = renderPage(<TenantAlertsPage />, { role: "operator", address: "/?tenant=acme" });
  expect(await screen.findByRole("tab", { name: "Open 2" })).toHaveAttribute("aria-selected", "true");
  await userEvent.click(screen.getByRole("tab", { name: "All 3" }));
  await userEvent.selectOptions(screen.getByLabelText("Severity"), "CRITICAL");
  await userEvent.selectOptions(screen.getByLabelText("Type"), "SYSTEM_HEALTH");
  expect(router.state.location.search).toBe("?tenant=acme&status=ALL&severity=CRITICAL&type=SYSTEM_HEALTH");
  await vi.waitFor(() =>
    expect(asked.search).toBe(
      "?severity=CRITICAL&type=SYSTEM_HEALTH&tenant_id=acme&status=OPEN&status=ACKNOWLEDGED&status=CLOSED&sort=opened_at&order=desc&limit=50",
    ),
  );
});

it("says that nothing fits", async () => {
  answer("get", "/operator/alerts", { ...PAGE, items: [] });
  renderPage(<TenantAlertsPage />, { role: "operator", address: "/?device=nobody" });
  expect(await screen.findByText("No alert fits")).toBeVisible();
});

it("says why the alerts can't be read", async () => {
  answer("get", "/operator/alerts", problem(503, "the database is away"), 503);
  renderPage(<TenantAlertsPage />, { role: "operator" });
  expect(await screen.findByText("the database is away")).toBeVisible();
});
