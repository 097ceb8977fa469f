import { screen } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer } from "#tests/server";
import DashboardPage from "./DashboardPage";

const NOW = "2026-11-21T12:00:00Z";
const GAUGE = {
  value: 1,
  maximum: null,
  unit: "",
  amber: null,
  red: null,
  higher_is_better: true,
  measured_at: NOW,
};
const TENANT = {
  tenant_id: "acme",
  name: "Acme",
  status: "ACTIVE",
  attention: "NONE",
  devices: 4,
  counts: { ONLINE: 4 },
  online_percent: 100,
  live_alerts: 0,
  critical_alerts: 0,
  alerts_by_hour: [],
  last_seen_at: NOW,
};

beforeEach(() => {
  answer("get", "/operator/noc/summary", {
    as_of: NOW,
    health: "HEALTHY",
    gauges: { fleet_online: GAUGE, ingest_rate: GAUGE, open_alerts: GAUGE, database_connections: GAUGE },
    devices: { ONLINE: 1200, OFFLINE: 34 },
    alerts: { CRITICAL: 2, HIGH: 5 },
    tenants: { ACTIVE: 11, SUSPENDED: 1 },
    refused_messages_per_minute: null,
    notifications_waiting: 3,
  });
});

function answerHealth(...components: object[]): void {
  answer("get", "/operator/system/health", { as_of: NOW, health: "HEALTHY", components });
}

function answerTenants(...items: object[]): void {
  answer("get", "/operator/tenant-health", { as_of: NOW, first_hour: NOW, items, total: items.length });
}

it("sums up all tenants", async () => {
  answerHealth();
  answerTenants(TENANT);
  renderPage(<DashboardPage />, { role: "operator" });
  expect(await screen.findByText("1,234")).toBeVisible();
  expect(screen.getByText("1,200 online")).toBeVisible();
  expect(screen.getByText("2 critical")).toBeVisible();
  expect(screen.getByText("1 tenant suspended")).toBeVisible();
  expect(await screen.findByText("Every customer's fleet does well.")).toBeVisible();
  expect(await screen.findByText("Every part does what it should.")).toBeVisible();
  await expectAccessible();
});

it("names who and what needs somebody, the worst first", async () => {
  const part = { title: "Delivery", latency_seconds: null, flow: null, measured_at: NOW };
  answerHealth({ ...part, component: "delivery", health: "DOWN", reasons: ["nothing was sent for an hour"] });
  answerTenants({ ...TENANT, name: "Amber", tenant_id: "b", attention: "AMBER" }, { ...TENANT, attention: "RED" });
  renderPage(<DashboardPage />, { role: "operator" });
  expect(await screen.findByText("nothing was sent for an hour")).toBeVisible();
  await screen.findByText("Amber");
  expect(screen.getAllByRole("listitem").map((item) => item.textContent.slice(0, 4))).toEqual(["ActA", "Look", "Deli"]);
});
