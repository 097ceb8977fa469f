import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import { answer, problem, server } from "#tests/server";
import { renderPage } from "#tests/render";
import OverviewPage from "./OverviewPage";

const overview = (changes: object = {}) => ({
  fleet: {
    total: 25,
    counts: { ONLINE: 20, STALE: 1, OFFLINE: 2, PENDING: 2 },
    suspended: 1,
    decommissioned: 0,
    as_of: "2026-11-21T08:00:00Z",
  },
  uptime: { range: "24h", devices: 25, uptime_percent: 98.2 },
  recent_devices: [],
  sites: [],
  alerts: {
    counts: { OPEN: 4, ACKNOWLEDGED: 1, CLOSED: 9 },
    gravest: [
      {
        alert_id: "a",
        severity: "CRITICAL",
        summary: "temp_c is above 8",
        device_id: "freezer-1",
        device_name: "Dairy room",
        site_id: "lyon",
        opened_at: "2026-11-21T07:00:00Z",
        together: 1,
      },
    ],
    trend: [{ hour: "2026-11-21T07:00:00Z", opened: 4, closed: 1 }],
    noisy_devices: [{ device_id: "freezer-2", device_name: null, worst: "HIGH", opened: 7 }],
  },
  maintenance: { active: 1, name: "Defrosting" },
  first_steps: { site: true, device: true, connected: false, rule: false, channel: false },
  ...changes,
});

it("asks once for everything that it shows", async () => {
  const asked: string[] = [];
  server.use(
    http.get("*/customer/*", ({ request }) => {
      asked.push(new URL(request.url).pathname);
      return HttpResponse.json(overview());
    }),
  );
  renderPage(<OverviewPage />);
  expect(await screen.findByText("Dairy room · freezer-1 · lyon")).toBeInTheDocument();
  expect(screen.getByText("Defrosting")).toBeInTheDocument();
  expect(screen.getByText("2 of 5 done")).toBeInTheDocument();
  expect(asked).toEqual(["/customer/overview"]);
});

it.each([
  [{ OPEN: 0, ACKNOWLEDGED: 0, CLOSED: 9 }, "Nothing is wrong", undefined],
  [{ OPEN: 0, ACKNOWLEDGED: 1, CLOSED: 9 }, "No open alerts", "1 alert acknowledged"],
])("says of no open alert, where there are %j: %s", async (counts, words, link) => {
  answer("get", "/customer/overview", overview({ alerts: { ...overview().alerts, gravest: [], counts } }));
  renderPage(<OverviewPage />);
  expect(await screen.findByText(words)).toBeVisible();
  const links = screen.queryAllByRole("link", { name: /acknowledged$/ });
  expect(links.map(({ textContent }) => textContent)).toEqual(link === undefined ? [] : [link]);
  for (const found of links) expect(found).toHaveAttribute("href", "/alerts?status=ACKNOWLEDGED");
});

it("names the target that one of the gravest alerts is about", async () => {
  const { alerts, ...rest } = overview();
  const about = { device_id: null, device_name: null, details: { target: { name: "Core switch", host: "10.0.0.1" } } };
  const gravest = alerts.gravest.map((alert) => ({ ...alert, ...about }));
  answer("get", "/customer/overview", { ...rest, alerts: { ...alerts, gravest } });
  renderPage(<OverviewPage />);
  expect(await screen.findByText("Core switch · 10.0.0.1 · lyon")).toBeVisible();
});

it("says why it has no numbers", async () => {
  answer("get", "/customer/overview", problem(503, "The database does not answer."), 503);
  renderPage(<OverviewPage />);
  expect(await screen.findByRole("alert")).toHaveTextContent("The database does not answer.");
});

it("leaves out what its reader may not read", async () => {
  answer("get", "/customer/overview", overview({ alerts: null, maintenance: null, first_steps: null }));
  renderPage(<OverviewPage />, { role: "viewer" });
  expect(await screen.findByText("98.20 %")).toBeInTheDocument();
  expect(screen.queryByText("Open alerts")).not.toBeInTheDocument();
});
