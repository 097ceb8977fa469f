import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, hear, hearQuery, problem, server } from "#tests/server";
import { saveFile } from "@/lib/download";
import ReportsPage from "./ReportsPage";

const EXPORT = {
  export_id: "e-1",
  dataset: "telemetry",
  format: "csv",
  period_start: "2026-11-01T00:00:00Z",
  period_end: "2026-11-08T00:00:00Z",
  site_id: "north",
  device_id: null,
  dataset_status: null,
  tags: { zone: "cold", spare: null },
  group_id: null,
  status: "RUNNING",
  progress: 0.425,
  row_count: 12_345,
  byte_count: 1_000_000,
  attempts: 1,
  outcome: null,
  requested_by: "ada@acme.example",
  at_once: false,
  created_at: "2026-11-08T00:00:00Z",
  finished_at: null,
  expires_at: null,
};
const DONE = { ...EXPORT, export_id: "e-2", dataset: "alerts", status: "DONE", expires_at: "2999-01-01T00:00:00Z" };
const page = (...items: object[]) => ({ items, next_cursor: null });

beforeEach(() => {
  vi.mocked(saveFile).mockClear();
  answer("get", "/customer/exports", page(EXPORT, DONE));
  answer("get", "/customer/sites", page({ site_id: "north", name: "North" }));
  answer("get", "/customer/device-groups", page({ group_id: "g-1", name: "Freezers" }));
});

async function ask(dataset: string): Promise<void> {
  renderPage(<ReportsPage />, { address: "/?tab=exports&new=export" });
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.selectOptions(dialog.getByLabelText("What"), dataset);
  await userEvent.click(dialog.getByRole("button", { name: "Export" }));
}

it("says how far a file is, how large, and of what it is", async () => {
  const failed = { ...EXPORT, export_id: "e-3", status: "FAILED", outcome: "the bucket is away" };
  answer(
    "get",
    "/customer/exports",
    page(
      EXPORT,
      DONE,
      { ...DONE, export_id: "e-4", expires_at: EXPORT.created_at },
      { ...DONE, export_id: "e-5", expires_at: EXPORT.created_at, at_once: true },
      failed,
    ),
  );
  renderPage(<ReportsPage />, { role: "viewer", address: "/?tab=exports" });
  expect(await screen.findByRole("img", { name: "42 % done" })).toBeVisible();
  expect(screen.getAllByText("12,345 rows")[0]).toBeVisible();
  expect(screen.getAllByText(/tag zone=cold, tag spare/)[0]).toBeVisible();
  expect(screen.getByText("the bucket is away")).toBeVisible();
  expect(screen.getByText("no longer there")).toBeVisible();
  expect(screen.getByText("handed over at once")).toBeVisible();
  await expectAccessible();
});

it("keeps its filters in the address, and asks the API for them", async () => {
  const asked = hearQuery("/customer/exports", page());
  const { router } = renderPage(<ReportsPage />, { address: "/?tab=exports" });
  expect(await screen.findByText("No export yet")).toBeVisible();
  await userEvent.selectOptions(screen.getByLabelText("Of what"), "alerts");
  await userEvent.selectOptions(screen.getByLabelText("Status"), "FAILED");
  expect(router.state.location.search).toBe("?tab=exports&dataset=alerts&status=FAILED");
  expect(await screen.findByText("No export fits")).toBeVisible();
  await vi.waitFor(() => expect(asked.search).toBe("?dataset=alerts&status=FAILED&limit=50"));
});

it("hands a small file over at once", async () => {
  let asked = new URL("http://nobody.example");
  server.use(
    http.get("*/customer/export", ({ request }) => {
      asked = new URL(request.url);
      const headers = { "Content-Disposition": 'attachment; filename="devices-20261121-170340.csv"' };
      return new HttpResponse("device_id", { headers });
    }),
  );
  await ask("devices");
  expect(await screen.findByText("The file is handed over")).toBeVisible();
  expect(saveFile).toHaveBeenCalledWith("devices-20261121-170340.csv", "device_id", "text/csv;charset=utf-8");
  expect(asked.search).toBe("?dataset=devices&format=csv");
});

it("narrows a file to a group and tags, at once and when it is made", async () => {
  answer("get", "/customer/export", problem(409, "it is larger than 4 MB"), 409);
  const heard = hear("post", "/customer/exports", EXPORT, 201);
  renderPage(<ReportsPage />, { address: "/?tab=exports&new=export" });
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.selectOptions(dialog.getByLabelText("What"), "availability");
  await userEvent.selectOptions(await dialog.findByLabelText("Group"), "Freezers");
  await userEvent.type(dialog.getByLabelText("Tags"), "zone=cold{Enter}spare{Enter}");
  await userEvent.click(dialog.getByRole("button", { name: "Export" }));
  expect(await screen.findByText("The file is being made: it shows here when it is done")).toBeVisible();
  expect(heard.body).toEqual({
    dataset: "availability",
    format: "csv",
    group_id: "g-1",
    tags: ["zone=cold", "spare"],
  });
});

it("has a large file made when it is refused at once", async () => {
  answer("get", "/customer/export", problem(409, "it is larger than 4 MB"), 409);
  const heard = hear("post", "/customer/exports", EXPORT, 201);
  await ask("telemetry");
  expect(await screen.findByText("The file is being made: it shows here when it is done")).toBeVisible();
  expect(heard.body).toEqual({ dataset: "telemetry", format: "csv", tags: [] });
  expect(saveFile).not.toHaveBeenCalled();
});

it("says at the field what is wrong with a wish", async () => {
  answer(
    "get",
    "/customer/export",
    problem(422, "wrong", [{ field: "start", reason: "is before the retention" }]),
    422,
  );
  await ask("alerts");
  expect(await screen.findByText("is before the retention")).toBeVisible();
});

it("fetches the address of a file when it is wanted, and goes there", async () => {
  const assign = vi.fn();
  vi.stubGlobal("location", { origin: location.origin, href: location.href, assign });
  answer("get", "/customer/exports/e-2/link", { url: "https://files.example/e-2", expires_at: EXPORT.created_at });
  renderPage(<ReportsPage />, { role: "viewer", address: "/?tab=exports" });
  await userEvent.click(await screen.findByRole("button", { name: "Download Alerts as CSV" }));
  await vi.waitFor(() => expect(assign).toHaveBeenCalledWith("https://files.example/e-2"));
  vi.unstubAllGlobals();
});

it("has a file not made", async () => {
  const heard = hear("post", "/customer/exports/e-1/cancel", { ...EXPORT, status: "CANCELLED" });
  renderPage(<ReportsPage />, { address: "/?tab=exports" });
  await userEvent.click(await screen.findByRole("button", { name: "Cancel Telemetry as CSV" }));
  expect(await screen.findByText("The file is not made")).toBeVisible();
  expect(heard.body).toBeNull();
});
