import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, hear, hearQuery, problem, server } from "#tests/server";
import { saveFile } from "@/lib/download";
import ReportPage from "./ReportPage";
import ReportsPage from "./ReportsPage";

const FIGURES = {
  availability_percent: 99.5,
  up_seconds: 86_400,
  down_seconds: 434,
  maintenance_seconds: 3600,
  unknown_seconds: 0,
};
const SUMMARY = {
  start: "2026-11-01T00:00:00Z",
  end: "2026-11-08T00:00:00Z",
  devices: 2,
  fleet: FIGURES,
  sites: [{ ...FIGURES, site_id: "north", devices: 2, availability_percent: 94 }],
  least_available_devices: [{ ...FIGURES, device_id: "fridge-9", site_id: "north", availability_percent: 80 }],
  alerts: {
    by_severity: [{ severity: "CRITICAL", opened: 4, closed: 3, still_open: 1 }],
    mean_seconds_to_acknowledge: 300,
    mean_seconds_to_close: null,
    noisy_devices: [{ device_id: "fridge-9", device_name: "Dairy fridge", site_id: "north", opened: 4, live: 1 }],
    noisy_rules: [],
  },
  alerts_opened: 4,
  alerts_closed: 3,
  alerts_still_open: 1,
  maintenance: [{ window_id: "w-1", name: "Filter change", seconds: 3600 }],
};
const RUN = {
  report_id: "r-1",
  cadence: null,
  requested_by: "ada@acme.example",
  period_start: SUMMARY.start,
  period_end: SUMMARY.end,
  status: "DONE",
  recipients: [],
  attempts: 1,
  outcome: null,
  created_at: SUMMARY.end,
  finished_at: SUMMARY.end,
};
const SCHEDULE = { version: 3, cadences: [], hour: 6, timezone: "UTC", recipients: [], due_at: null };
const DEVICES = {
  items: [{ ...FIGURES, device_id: "fridge-1", site_id: "north" }],
  next_cursor: null,
};

beforeEach(() => {
  vi.mocked(saveFile).mockClear();
  answer("get", "/customer/reports", { items: [RUN], next_cursor: null });
  answer("get", "/customer/report-schedule", SCHEDULE);
  answer("get", "/customer/reports/r-1", { ...RUN, result: SUMMARY });
  answer("get", "/customer/reports/availability", DEVICES);
  answer("get", "/customer/sites", { items: [{ site_id: "north", name: "North" }], next_cursor: null });
  answer("get", "/customer/tenant", { tenant_id: "acme", name: "Acme Cold Chain" });
});

it("says whose report it is, of when, and sites by their names", async () => {
  renderReport();
  expect(await screen.findByRole("heading", { level: 1, name: "Service levels of Acme Cold Chain" })).toBeVisible();
  expect(screen.getByText(/ 20\d\d, .* until .* 20\d\d, .* \(.*\), made on .* 20\d\d, /)).toBeVisible();
  expect(await within(screen.getByRole("table", { name: "Sites" })).findByText("North")).toBeVisible();
});

function renderReport(address = "/reports/r-1") {
  return renderPage(<ReportPage />, { role: "viewer", address, path: "/reports/:reportId" });
}

it("lists reports with their state and why one failed", async () => {
  const failed = {
    ...RUN,
    report_id: "r-2",
    cadence: "WEEKLY",
    status: "FAILED",
    outcome: "no mail server",
    attempts: 5,
  };
  answer("get", "/customer/reports", {
    items: [{ ...failed, recipients: ["ada@acme.example", "bo@acme.example"] }, RUN],
    next_cursor: null,
  });
  renderPage(<ReportsPage />);
  expect(await screen.findByText("no mail server, 5 attempts")).toBeVisible();
  expect(screen.getByText("sent to 2 addresses")).toBeVisible();
  expect(screen.getAllByRole("link").map((link) => link.getAttribute("href"))).toEqual([
    "/reports/r-2",
    "/reports/r-1",
  ]);
  expect(await screen.findByText("Off: nobody gets reports by mail.")).toBeVisible();
  await expectAccessible();
});

it("keeps its filter in the address, and asks the API for it", async () => {
  const asked = hearQuery("/customer/reports", { items: [], next_cursor: null });
  const { router } = renderPage(<ReportsPage />);
  expect(await screen.findByText("No report yet")).toBeVisible();
  await userEvent.selectOptions(screen.getByLabelText("Status"), "FAILED");
  expect(await screen.findByText("No report is in this state")).toBeVisible();
  expect(router.state.location.search).toBe("?status=FAILED");
  expect(asked.search).toBe("?status=FAILED&limit=50");
});

it("makes a report of a time that is chosen, and opens it", async () => {
  const asked: string[] = [];
  server.use(
    http.post("*/customer/reports/sla-summary", ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.json({ ...RUN, result: SUMMARY }, { status: 201 });
    }),
  );
  const { router } = renderPage(<ReportsPage />, { role: "viewer", address: "/reports?new=report", path: "/reports" });
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.selectOptions(dialog.getByLabelText("Of"), "own");
  await userEvent.type(dialog.getByLabelText("From"), "2099-01-01T00:00");
  await userEvent.click(dialog.getByRole("button", { name: "Make it" }));
  expect(await dialog.findByText("must be after the start")).toBeVisible();
  await userEvent.selectOptions(dialog.getByLabelText("Of"), "7");
  await userEvent.click(dialog.getByRole("button", { name: "Make it" }));
  await vi.waitFor(() => expect(router.state.location.pathname).toBe("/reports/r-1"));
  const parameters = new URLSearchParams(asked[0]);
  const days = Date.parse(parameters.get("end") ?? "") - Date.parse(parameters.get("start") ?? "");
  expect(days / 86_400_000).toBe(7);
});

it("has reports made by themselves, for people who are named", async () => {
  const heard = hear("put", "/customer/report-schedule", SCHEDULE);
  renderPage(<ReportsPage />);
  const change = await screen.findByRole("button", { name: "Change" });
  await screen.findByText("Off: nobody gets reports by mail.");
  await userEvent.click(change);
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.click(dialog.getByRole("checkbox", { name: "Monthly" }));
  await userEvent.click(dialog.getByRole("checkbox", { name: "Daily" }));
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));
  expect(await dialog.findByText("name somebody, or choose no rhythm")).toBeVisible();
  await userEvent.type(dialog.getByLabelText("Sent to"), "ada@acme.example,");
  await userEvent.selectOptions(dialog.getByLabelText("Hour"), "7");
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Reports by mail are changed")).toBeVisible();
  expect(heard).toEqual({
    body: { cadences: ["DAILY", "MONTHLY"], hour: 7, timezone: "UTC", recipients: ["ada@acme.example"] },
    version: '"3"',
  });
});

it("lets who may not change the rhythm read it", async () => {
  answer("get", "/customer/report-schedule", {
    ...SCHEDULE,
    cadences: ["DAILY", "WEEKLY"],
    recipients: ["ada@acme.example"],
    due_at: "2026-11-22T06:00:00Z",
  });
  renderPage(<ReportsPage />, { role: "customer" });
  expect(await screen.findByText("Daily, Weekly")).toBeVisible();
  expect(screen.getByText("06:00, UTC")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Change" })).toBeNull();
});

it("says what service levels came to", async () => {
  renderReport();
  const head = within(await screen.findByRole("region", { name: "Availability of the fleet" }));
  expect(head.getByText("99.50 %")).toBeVisible();
  expect(head.getByText("5 min")).toBeVisible();
  expect(head.getByText("–")).toBeVisible();
  expect(
    head.getByRole("img", { name: "Up 1 d 0 h, Down 7 min, Maintenance 1 h 00 min, Not known 0 s" }),
  ).toBeInTheDocument();
  expect(within(screen.getByRole("table", { name: "Sites" })).getByText("94.00 %")).toBeVisible();
  expect(within(screen.getByRole("table", { name: "Least available devices" })).getByText("80.00 %")).toBeVisible();
  expect(screen.getByText("Filter change")).toBeVisible();
  expect(screen.getByText("4 alerts")).toBeVisible();
  await expectAccessible();
});

it("says of how much of the time an availability is, where little of it is known, and praises none of that", async () => {
  const little = { ...FIGURES, availability_percent: 100, known_percent: 0.1 };
  const sites = [{ ...little, site_id: "north", devices: 2 }];
  answer("get", "/customer/reports/r-1", { ...RUN, result: { ...SUMMARY, fleet: little, sites } });
  renderReport();
  const head = within(await screen.findByRole("region", { name: "Availability of the fleet" }));
  expect(head.getByText("100.00 %")).not.toHaveClass("text-online");
  expect(head.getByText("of the 0.1 % that is known")).toBeVisible();
  const site = within(screen.getByRole("table", { name: "Sites" })).getByText("100.00 % of the 0.1 % that is known");
  expect(site).not.toHaveClass("text-online");
});

it("names devices that were down and never alerted, and their sites", async () => {
  const quiet = { ...FIGURES, device_id: "fridge-2", device_name: "Fish counter", site_id: "north" };
  const result = { ...SUMMARY, least_available_devices: [quiet] };
  answer("get", "/customer/reports/r-1", { ...RUN, result });
  renderReport();
  const worst = within(await screen.findByRole("table", { name: "Least available devices" }));
  expect(worst.getByRole("link", { name: "Fish counter" })).toHaveAttribute("href", "/devices/fridge-2?tab=uptime");
  expect(worst.getByText("fridge-2")).toBeVisible();
  expect(await within(screen.getByRole("table", { name: "Sites" })).findByText("North")).toBeVisible();
});

it("names the devices that alerted most wherever they stand", async () => {
  renderReport();
  expect(await screen.findAllByRole("link", { name: "Dairy fridge" })).toHaveLength(2);
});

it("works out the availability of every device once somebody wants it", async () => {
  const { router } = renderReport();
  await userEvent.click(await screen.findByRole("button", { name: "Work out the availability of each" }));
  expect(await screen.findByRole("link", { name: "fridge-1" })).toHaveAttribute("href", "/devices/fridge-1?tab=uptime");
  expect(router.state.location.search).toBe("?devices=1");
  await expectAccessible();
});

it("lists the devices of one site, in the report's own time", async () => {
  const asked = hearQuery("/customer/reports/availability", DEVICES);
  const { router } = renderReport("/reports/r-1?devices=1");
  await screen.findByRole("option", { name: "North" });
  await userEvent.selectOptions(screen.getByLabelText("Site"), "north");
  expect(router.state.location.search).toBe("?devices=1&site=north");
  await vi.waitFor(() =>
    expect(Object.fromEntries(new URLSearchParams(asked.search))).toEqual({
      site_id: "north",
      limit: "50",
      start: SUMMARY.start,
      end: SUMMARY.end,
    }),
  );
});

it("hands the figures out as a file, every device of them, with the names that are shown", async () => {
  const named = { ...DEVICES.items[0], device_name: "Dairy fridge" };
  const gone = { ...FIGURES, device_id: "fridge-2", device_name: null, site_id: "gone" };
  const asked = hearQuery("/customer/export", [named, gone]);
  renderReport();
  await userEvent.click(await screen.findByRole("button", { name: "CSV" }));
  await vi.waitFor(() => expect(saveFile).toHaveBeenCalledOnce());
  const [name, content] = vi.mocked(saveFile).mock.lastCall as [string, string, string];
  expect(name).toBe("service-levels-2026-11-01-2026-11-08.csv");
  expect(content.split("\r\n").map((row) => row.split(",").slice(0, 6).join(","))).toEqual([
    "of,site_id,site_name,device_id,device_name,availability_percent",
    "fleet,,,,,99.5",
    "site,north,North,,,94",
    "device,north,North,fridge-1,Dairy fridge,99.5",
    "device,gone,,fridge-2,,99.5",
    "",
  ]);
  expect(content).toContain("fridge-1,Dairy fridge,99.5,86400,434,3600,0\r\n");
  expect(Object.fromEntries(new URLSearchParams(asked.search))).toEqual({
    dataset: "availability",
    format: "json",
    start: SUMMARY.start,
    end: SUMMARY.end,
  });
});

it("has the devices' figures made into a file when they are too many to come at once", async () => {
  answer("get", "/customer/export", problem(409, "it is larger than 4 MB"), 409);
  const heard = hear("post", "/customer/exports", {}, 201);
  renderReport();
  await userEvent.click(await screen.findByRole("button", { name: "CSV" }));
  expect(await screen.findByText(/their file is being made, among the exports/)).toBeVisible();
  expect(heard.body).toMatchObject({ dataset: "availability", start: SUMMARY.start, end: SUMMARY.end });
});

it.each([
  ["PENDING", null, "This report is being made. It shows here once it is done."],
  ["FAILED", "no mail server", "no mail server"],
])("says of a report that is %s what is the matter", async (status, outcome, told) => {
  answer("get", "/customer/reports/r-1", { ...RUN, status, outcome, result: null });
  renderReport();
  expect(await screen.findByText(told)).toBeVisible();
});

it("says why a report can't be read", async () => {
  answer("get", "/customer/reports/r-1", problem(404, "there is no report r-1"), 404);
  renderReport();
  expect(await screen.findByText("there is no report r-1")).toBeVisible();
});
