import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, problem } from "#tests/server";
import NocPage from "./NocPage";

const NOW = "2026-11-21T12:00:00Z";
const gauge = (changes: object) => ({
  value: 1,
  maximum: null,
  unit: "alerts",
  amber: null,
  red: null,
  higher_is_better: false,
  measured_at: NOW,
  ...changes,
});
const EVENT = {
  event_id: "device-1",
  time: NOW,
  kind: "device",
  event: "offline",
  severity: "HIGH",
  tenant_id: "acme",
  tenant_name: "Acme Cold Chain",
  device_id: "fridge-1",
  text: "fridge-1 is offline",
};

function answerEvents(...events: object[]): void {
  answer("get", "/operator/noc/events", { as_of: NOW, events });
}

beforeEach(() => {
  answer("get", "/operator/noc/summary", {
    as_of: NOW,
    health: "DEGRADED",
    gauges: {
      fleet_online: gauge({ value: 92.5, maximum: 100, unit: "%", amber: 95, red: 80, higher_is_better: true }),
      ingest_rate: gauge({ value: null, unit: "messages/s", measured_at: null }),
      open_alerts: gauge({ value: 3 }),
      database_connections: gauge({ value: 12, maximum: 100, unit: "%", amber: 70, red: 90 }),
    },
    devices: { ONLINE: 37, STALE: 1, OFFLINE: 2, PENDING: 0 },
    alerts: { CRITICAL: 1, HIGH: 2 },
    tenants: { ACTIVE: 2 },
    refused_messages_per_minute: 0,
    notifications_waiting: 0,
  });
  answer("get", "/operator/noc/series", {
    as_of: NOW,
    start: "2026-11-21T11:00:00Z",
    end: NOW,
    step_seconds: 60,
    charts: [
      {
        chart: "devices",
        curves: [
          { metric: "devices", subject: "ONLINE", unit: "devices", points: [{ time: NOW, value: 37 }] },
          { metric: "devices", subject: "OFFLINE", unit: "devices", points: [{ time: NOW, value: 2 }] },
        ],
      },
      { chart: "alerts", curves: [] },
    ],
  });
  const component = { health: "HEALTHY", reasons: [], latency_seconds: 0.012, flow: null, measured_at: NOW };
  answer("get", "/operator/noc/topology", {
    as_of: NOW,
    health: "DEGRADED",
    components: [
      { ...component, component: "broker", title: "Broker" },
      {
        ...component,
        component: "ingest",
        title: "Ingest",
        health: "DEGRADED",
        reasons: ["ingest latency is 31 seconds, more than 30"],
      },
    ],
    connectors: [{ source: "broker", target: "ingest" }],
  });
  answer("get", "/operator/noc/heatmap", {
    as_of: NOW,
    start: "2026-11-15T00:00:00Z",
    timezone: "UTC",
    cells: [
      { weekday: 1, hour: 9, opened: 1 },
      { weekday: 6, hour: 12, opened: 4 },
    ],
  });
  answerEvents(EVENT);
});
afterEach(() => {
  vi.useRealTimers();
});

it("says in words what its gauges, charts and heatmap show", async () => {
  renderPage(<NocPage />, { role: "operator" });
  expect(await screen.findByRole("img", { name: "Fleet online: 92.5 %" })).toBeInTheDocument();
  expect(screen.getByRole("img", { name: "Messages: not measured lately" })).toBeInTheDocument();
  expect(screen.getByRole("img", { name: "Live alerts: 3" })).toBeInTheDocument();
  expect(await screen.findByText(/^as of /)).toBeVisible();
  expect(
    await screen.findByRole("img", { name: "Devices over the last hour. Now Online 37, Offline 2." }),
  ).toBeInTheDocument();
  expect(screen.getByText("Nothing was measured in this time.")).toBeVisible();
  expect(
    await screen.findByRole("img", { name: "5 alerts opened in seven days, most of them on Sat at 12:00." }),
  ).toBeInTheDocument();
  await expectAccessible();
});

it("shows each part of the way with its health, its latency and why it is unwell", async () => {
  renderPage(<NocPage />, { role: "operator" });
  const part = (await screen.findByText("Ingest")).closest("li");
  expect(within(part as HTMLElement).getByText("Degraded")).toBeVisible();
  expect(within(part as HTMLElement).getByText("12 ms")).toBeVisible();
  expect(within(part as HTMLElement).getByText(/more than 30/)).toBeInTheDocument();
});

it("goes to the wall with F, and back with F or Esc", async () => {
  renderPage(<NocPage />, { role: "operator" });
  await screen.findByText("fridge-1 is offline");
  fireEvent.keyDown(document.body, { key: "f" });
  expect(screen.getByText("TV mode · Esc leaves")).toBeVisible();
  expect(screen.queryByLabelText("Read every")).toBeNull();
  // The screen is 58 rem high: what is measured in rem grows with the screen, and all of it is in sight.
  expect(parseFloat(document.documentElement.style.fontSize)).toBeCloseTo(window.innerHeight / 58);
  fireEvent.keyDown(document.body, { key: "Escape" });
  expect(document.documentElement.style.fontSize).toBe("");
  expect(screen.queryByText("TV mode · Esc leaves")).toBeNull();
  fireEvent.keyDown(document.body, { key: "F" });
  fireEvent.keyDown(document.body, { key: "f" });
  expect(screen.queryByText("TV mode · Esc leaves")).toBeNull();
});

it("ends as F was pressed last, however long the browser takes for the whole screen", async () => {
  let onScreen: Element | null = null;
  const turn = (to: Element | null) => async (): Promise<void> => {
    await Promise.resolve();
    onScreen = to;
    document.dispatchEvent(new Event("fullscreenchange"));
  };
  const browser = {
    fullscreenEnabled: { configurable: true, value: true },
    fullscreenElement: { configurable: true, get: () => onScreen },
    exitFullscreen: { configurable: true, value: turn(null) },
  };
  Object.defineProperties(document, browser);
  document.documentElement.requestFullscreen = turn(document.documentElement);
  try {
    const { unmount } = renderPage(<NocPage />, { role: "operator" });
    await screen.findByText("fridge-1 is offline");
    const press = (key: string): boolean => fireEvent.keyDown(document.body, { key });
    press("f");
    await waitFor(() => expect(onScreen).toBe(document.documentElement));
    press("f");
    press("f");
    await act(async () => {
      for (let turns = 0; turns < 10; turns++) await Promise.resolve();
    });
    expect(onScreen).toBe(document.documentElement);
    expect(screen.getByText("TV mode · Esc leaves")).toBeVisible();
    // A key that is held down is pressed once.
    fireEvent.keyDown(document.body, { key: "f", repeat: true });
    await act(turn(null));
    expect(screen.queryByText("TV mode · Esc leaves")).toBeNull();
    press("f");
    await waitFor(() => expect(onScreen).toBe(document.documentElement));
    unmount();
    await waitFor(() => expect(onScreen).toBeNull());
  } finally {
    for (const name of Object.keys(browser)) Reflect.deleteProperty(document, name);
    Reflect.deleteProperty(document.documentElement, "requestFullscreen");
  }
});

it("stands still while it is paused, and says how much it has missed", async () => {
  const { queries } = renderPage(<NocPage />, { role: "operator" });
  await screen.findByText("fridge-1 is offline");
  await userEvent.click(screen.getByRole("button", { name: "Pause" }));
  answerEvents({ ...EVENT, event_id: "device-2", text: "fridge-2 is offline" }, EVENT);
  await act(() => queries.invalidateQueries());
  expect(await screen.findByText("Paused, 1 new")).toBeVisible();
  expect(screen.queryByText("fridge-2 is offline")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Go on" }));
  expect(screen.getByText("fridge-2 is offline")).toBeVisible();
});

it.each([
  ["retriggered", "Seen again: Too warm"],
  ["notification_failed", "Notification failed: Too warm"],
  ["boiled_over", "Boiled over: Too warm"],
])("tells of an alert that was %s as its story does", async (event, words) => {
  answerEvents({ ...EVENT, kind: "alert", event, text: "Too warm" });
  renderPage(<NocPage />, { role: "operator" });
  expect(await screen.findByText(words)).toBeVisible();
});

it("says whose an event is by the name of the tenant", async () => {
  answerEvents(EVENT, { ...EVENT, event_id: "alert-2", tenant_id: "globex", tenant_name: null });
  renderPage(<NocPage />, { role: "operator" });
  expect(await screen.findByText("Acme Cold Chain")).toHaveAttribute("title", "acme");
  expect(screen.getByText("globex")).toBeVisible();
});

it("keeps how often it reads in the address", async () => {
  const { router } = renderPage(<NocPage />, { role: "operator" });
  await userEvent.selectOptions(screen.getByLabelText("Read every"), "15");
  expect(router.state.location.search).toBe("?every=15");
});

it("says that its numbers are old once reads stay away, and keeps them in sight", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  renderPage(<NocPage />, { role: "operator", address: "/?every=15" });
  await screen.findByText("fridge-1 is offline");
  expect(screen.queryByRole("alert")).toBeNull();
  for (const feed of ["summary", "series", "topology", "heatmap", "events"]) {
    answer("get", `/operator/noc/${feed}`, problem(503, "the database is away"), 503);
  }
  await act(() => vi.advanceTimersByTimeAsync(60_000));
  expect(screen.getByRole("alert")).toHaveTextContent("These numbers are old");
  expect(screen.getByText("fridge-1 is offline")).toBeVisible();
  // Without its colours, nothing that is old looks well.
  expect(screen.getByText("fridge-1 is offline").closest(".grayscale")).not.toBeNull();
  expect(screen.getByText("The platform was")).toBeVisible();
});
