import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { saveFile } from "@/lib/download";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, problem, server } from "#tests/server";
import ImportPage from "./ImportPage";

const CSV = "device_id,site_id,device_type\ncooler-1,hall-a,cooler\ncooler-2,nowhere,cooler\n";
const REPORT = {
  dry_run: true,
  total: 2,
  created: 1,
  updated: 0,
  unchanged: 0,
  failed: 1,
  results: [
    { row: 2, device_id: "cooler-1", outcome: "created", changes: [], errors: [] },
    {
      row: 3,
      device_id: "cooler-2",
      outcome: "failed",
      changes: [],
      errors: [{ field: "site_id", reason: "there is no such site" }],
    },
  ],
  error_report: "row,device_id,errors\r\n3,cooler-2,site_id: there is no such site\r\n",
};

beforeEach(() => vi.mocked(saveFile).mockReset());

async function choose(user: ReturnType<typeof userEvent.setup>, file = new File([CSV], "fleet.csv")): Promise<void> {
  await user.upload(screen.getByLabelText("Choose a file", { selector: "input" }), file);
}

it("shows what would become of each row before anything is changed", async () => {
  answer("post", "/customer/devices/import", REPORT);
  const user = userEvent.setup();
  renderPage(<ImportPage />);
  await choose(user);
  expect(await screen.findByText("there is no such site")).toBeVisible();
  await user.click(screen.getByRole("tab", { name: /New/ }));
  expect(screen.getByText("Would be added")).toBeVisible();
  await expectAccessible();
});

it("says what a file may hold, until one is chosen", async () => {
  answer("post", "/customer/devices/import", REPORT);
  const user = userEvent.setup();
  renderPage(<ImportPage />);
  const columns = screen.getByRole("table", { name: "Columns of a file" });
  const needed = within(columns)
    .getAllByText("needed")
    .map((badge) => badge.closest("th")?.textContent);
  expect(needed).toEqual(["device_id needed", "site_id needed", "device_type needed"]);
  expect(within(columns).getByRole("row", { name: /tags .*semicolons.* zone=dairy;spare/ })).toBeVisible();
  await choose(user);
  await screen.findByText("there is no such site");
  expect(screen.queryByRole("table", { name: "Columns of a file" })).toBeNull();
});

it("imports the rows that are right, once asked to", async () => {
  const asked: unknown[] = [];
  server.use(
    http.post("*/customer/devices/import", async ({ request }) => {
      const body = (await request.json()) as { dry_run: boolean };
      asked.push(body);
      return HttpResponse.json({ ...REPORT, dry_run: body.dry_run });
    }),
  );
  const user = userEvent.setup();
  renderPage(<ImportPage />);
  await choose(user);
  await user.click(await screen.findByRole("button", { name: "Import 1 new" }));
  expect(await screen.findByText("1 added, 0 changed")).toBeVisible();
  expect(asked).toEqual([
    { csv: CSV, dry_run: true },
    { csv: CSV, dry_run: false },
  ]);
});

it("shows what each row changes, and asks before it empties a field", async () => {
  const asked: { dry_run: boolean }[] = [];
  const changes = [
    { field: "name", before: "Dairy room", after: "Fish room" },
    { field: "tags", before: "zone=dairy", after: "" },
  ];
  server.use(
    http.post("*/customer/devices/import", async ({ request }) => {
      const body = (await request.json()) as { dry_run: boolean };
      asked.push(body);
      const results = [{ row: 2, device_id: "cooler-1", outcome: "updated", errors: [], changes }];
      return HttpResponse.json({ ...REPORT, ...body, total: 1, created: 0, updated: 1, failed: 0, results });
    }),
  );
  const user = userEvent.setup();
  renderPage(<ImportPage />);
  await choose(user);
  expect(await screen.findByText(/Dairy room → Fish room/)).toBeVisible();
  expect(screen.getByText(/zone=dairy →/)).toHaveTextContent("tags zone=dairy → emptied");
  await user.click(screen.getByRole("button", { name: "Import 1 changed" }));
  const question = within(await screen.findByRole("dialog", { name: "Empty 1 field?" }));
  expect(question.getByText(/^Row \d+: tags\. A cell without anything in it/)).toBeVisible();
  expect(asked).toHaveLength(1);
  await user.click(question.getByRole("button", { name: "Import 1 changed" }));
  expect(await screen.findByText("0 added, 1 changed")).toBeVisible();
  expect(asked.map(({ dry_run }) => dry_run)).toEqual([true, false]);
});

it("hands over a file of the rows that are wrong", async () => {
  answer("post", "/customer/devices/import", REPORT);
  const user = userEvent.setup();
  renderPage(<ImportPage />);
  await choose(user);
  await user.click(await screen.findByRole("button", { name: "Download what is wrong" }));
  expect(saveFile).toHaveBeenCalledWith("errors-fleet.csv", REPORT.error_report, expect.stringContaining("csv"));
});

it("tells what is wrong with the file as a whole", async () => {
  answer(
    "post",
    "/customer/devices/import",
    problem(422, "the file has no column site_id", [{ field: "csv", reason: "has no column site_id" }]),
    422,
  );
  const user = userEvent.setup();
  renderPage(<ImportPage />);
  await choose(user);
  expect(await screen.findByText(/has no column site_id/)).toBeVisible();
});

it.each([
  ["larger than 1 MB", new File([new Uint8Array(1_000_001)], "big.csv")],
  ["not a text file in UTF-8", new File([new Uint8Array([0xff, 0xfe, 0x41])], "utf16.csv")],
])("sends no file that is %s", async (words, file) => {
  const user = userEvent.setup();
  renderPage(<ImportPage />);
  await choose(user, file);
  expect(await screen.findByText(new RegExp(words))).toBeVisible();
});

it("hands over a template to fill in", async () => {
  server.use(http.get("*/customer/devices/import/template", () => new HttpResponse("device_id,site_id")));
  const user = userEvent.setup();
  renderPage(<ImportPage />);
  await user.click(screen.getByRole("button", { name: "Download a template" }));
  await waitFor(() => expect(saveFile).toHaveBeenCalledWith("devices.csv", "device_id,site_id", expect.any(String)));
});
