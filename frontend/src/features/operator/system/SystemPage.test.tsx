import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, hearQuery, problem } from "#tests/server";
import { highest } from "./curves";
import { GROUPS } from "./groups";
import type { Curve } from "./queries";
import SystemPage from "./SystemPage";

const NOW = "2026-11-21T12:00:00Z";
const PART = { latency_seconds: 0.012, flow: null, measured_at: NOW, reasons: [], health: "HEALTHY" };
const DELIVERY = {
  ...PART,
  component: "delivery",
  title: "Delivery",
  health: "DOWN",
  reasons: ["notifications overdue is 2000 seconds, more than 1800"],
  flow: { metric: "notifications_per_minute", subject: "SENT", value: 12.345, unit: "attempts/min" },
};
const CURVE: Curve = {
  metric: "queue_messages",
  subject: "telemetry",
  unit: "messages",
  points: [
    { time: "2026-11-21T11:00:00Z", value: 3 },
    { time: NOW, value: 4 },
  ],
};

it("says of every part how it does, and why", async () => {
  answer("get", "/operator/system/health", {
    as_of: NOW,
    health: "DOWN",
    components: [{ ...PART, component: "broker", title: "Broker" }, DELIVERY],
  });
  renderPage(<SystemPage />, { role: "operator" });
  const delivery = within(await screen.findByRole("region", { name: "Delivery" }));
  expect(delivery.getByText("Down")).toBeVisible();
  expect(delivery.getByText("notifications overdue is 2000 seconds, more than 1800")).toBeVisible();
  expect(delivery.getByText("12.3 attempts/min")).toBeVisible();
  expect(within(screen.getByRole("region", { name: "Broker" })).getByText("Nothing is wrong.")).toBeVisible();
  expect(screen.getByText("1 part unwell")).toBeVisible();
  await expectAccessible();
});

it("asks for the metrics of the group and the time that its address names", async () => {
  answer("get", "/operator/system/metrics", {
    as_of: NOW,
    items: [
      {
        metric: "queue_messages",
        help: "Messages that wait",
        unit: "messages",
        kind: "gauge",
        label: "queue",
        newest: [],
      },
    ],
  });
  const asked = hearQuery("/operator/system/metrics/series", {
    as_of: NOW,
    start: "2026-11-20T12:00:00Z",
    end: NOW,
    step_seconds: 60,
    curves: [CURVE],
  });
  const { router } = renderPage(<SystemPage />, { role: "operator", address: "/?tab=metrics&group=queues" });
  expect(
    await screen.findByRole("img", { name: "Messages that wait. Newest: telemetry 4 messages." }),
  ).toBeInTheDocument();
  await userEvent.selectOptions(screen.getByLabelText("Over"), "7d");
  expect(router.state.location.search).toBe("?tab=metrics&group=queues&range=7d");
  await vi.waitFor(() => {
    const parameters = new URLSearchParams(asked.search);
    expect(parameters.getAll("metric")).toEqual(GROUPS.queues);
    expect(Date.now() - Date.parse(parameters.get("start") ?? "")).toBeGreaterThan(6.9 * 86_400_000);
  });
  await expectAccessible();
});

it("draws the curves that rise highest, when there are more than can be told apart", () => {
  const curves = Array.from({ length: 9 }, (_, rank) => ({
    ...CURVE,
    subject: String(rank),
    points: [{ time: NOW, value: rank }],
  }));
  expect(highest(curves).map(({ subject }) => subject)).toEqual(["8", "7", "6", "5", "4", "3"]);
});

it.each(Object.entries(GROUPS))("asks for at most ten metrics at once, of %s", (_name, metrics) => {
  expect(metrics.length).toBeLessThanOrEqual(10);
});

const CAPACITY = {
  as_of: NOW,
  database_size_bytes: 4_000_000,
  database_connections: 50,
  database_connections_limit: 100,
  slow_statements: 1,
  largest_tables: [{ table_name: "telemetry", size_bytes: 1_000_000 }],
  costly_statements: [],
};

it.each([
  [80, ""],
  [81, "More than four in five are taken."],
  [96, "Nearly none is left: functions will soon be refused."],
])("of %s taken connections in a hundred it says “%s”", async (taken, told) => {
  answer("get", "/operator/system/capacity", { ...CAPACITY, database_connections: taken });
  renderPage(<SystemPage />, { role: "operator", address: "/?tab=capacity" });
  expect(await screen.findByText(`Connections: ${taken} of 100 taken, ${taken} %`)).toBeVisible();
  if (told === "") expect(screen.queryByText(/taken\.$|refused\.$/)).toBeNull();
  else expect(screen.getByText(told)).toBeVisible();
});

it("lists what was given up, whose it was and why", async () => {
  const failure = { failure_id: "f-1", time: NOW, kind: "report", tenant_id: "acme", reason: "no mail server" };
  answer("get", "/operator/system/errors", { as_of: NOW, since: NOW, items: [failure], refused_messages: 3 });
  renderPage(<SystemPage />, { role: "operator", address: "/?tab=errors" });
  expect(await screen.findByText("no mail server")).toBeVisible();
  expect(screen.getByText("Report")).toBeVisible();
  expect(screen.getByText("3 messages refused")).toBeVisible();
  expect(screen.getByRole("link", { name: "acme" })).toBeVisible();
  await expectAccessible();
});

it("shows what takes room, and says when nobody counts statements", async () => {
  answer("get", "/operator/system/capacity", CAPACITY);
  renderPage(<SystemPage />, { role: "operator", address: "/?tab=capacity" });
  const row = within((await screen.findByText("telemetry")).closest("tr") as HTMLElement);
  expect(row.getByText("1 MB")).toBeVisible();
  expect(row.getByText("25 %")).toBeVisible();
  expect(screen.getByText(/no pg_stat_statements/)).toBeVisible();
  await expectAccessible();
});

it("says why it can't be read", async () => {
  answer("get", "/operator/system/health", problem(503, "the database is away"), 503);
  renderPage(<SystemPage />, { role: "operator" });
  expect(await screen.findByText("the database is away")).toBeVisible();
});
