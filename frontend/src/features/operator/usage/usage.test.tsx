import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, hear, hearQuery, problem } from "#tests/server";
import { saveFile } from "@/lib/download";
import { money } from "./money";
import TenantUsagePage from "./TenantUsagePage";
import UsagePage from "./UsagePage";

const NOW = "2026-11-21T12:00:00Z";
const USED = {
  messages: 1000,
  readings: 3000,
  notifications: 2,
  api_calls: 40,
  stored_bytes: 5_000_000,
  costs: { messages: "1.5000", storage: "0.0125" },
  cost: "1.5125",
};
const ACME = { ...USED, tenant_id: "acme", name: "Acme" };
const BOLT = { ...USED, tenant_id: "bolt", name: "=Bolt, Ltd", messages: 9, cost: "0.2000" };
const REPORT = { as_of: NOW, start: NOW, end: NOW, currency: "EUR", items: [ACME, BOLT], total: USED };
const PRICE = { version: 4, item: "messages", price: "1.500000", per: 1000, currency: "EUR" };

beforeEach(() => {
  vi.mocked(saveFile).mockClear();
  answer("get", "/operator/usage", REPORT);
  answer("get", "/operator/usage/prices", { items: [PRICE] });
  answer("get", "/operator/tenants/acme", { tenant_id: "acme", name: "Acme" });
});

async function tenants(): Promise<(string | null)[]> {
  const table = within(await screen.findByRole("table", { name: "Usage" }));
  return table.getAllByRole("link").map((link) => link.textContent);
}

it("shows what every customer has used, the most expensive first", async () => {
  renderPage(<UsagePage />, { role: "operator" });
  expect(await tenants()).toEqual(["Acme", "=Bolt, Ltd"]);
  expect(screen.getByRole("link", { name: "Acme" })).toHaveAttribute("href", "/operator/usage/acme?range=30d");
  expect(screen.getByText("Messages €1.50, Storage €0.0125")).toBeVisible();
  await expectAccessible();
});

it("keeps range, order and search in the address, and asks the API for the range", async () => {
  const asked = hearQuery("/operator/usage", REPORT);
  const { router } = renderPage(<UsagePage />, { role: "operator", address: "/?q=o" });
  expect(await tenants()).toEqual(["=Bolt, Ltd"]);
  await userEvent.click(screen.getByRole("button", { name: "Clear filters" }));
  await userEvent.selectOptions(screen.getByLabelText("Over"), "7d");
  await userEvent.click(await screen.findByRole("button", { name: "Messages" }));
  await userEvent.click(screen.getByRole("button", { name: "Messages" }));
  expect(router.state.location.search).toBe("?range=7d&sort=messages&order=asc");
  expect(await tenants()).toEqual(["=Bolt, Ltd", "Acme"]);
  await vi.waitFor(() => {
    const start = Date.parse(new URLSearchParams(asked.search).get("start") ?? "");
    expect(Math.round((Date.now() - start) / 86_400_000)).toBe(7);
  });
});

it("hands the list out as a file, in which no name is a formula", async () => {
  renderPage(<UsagePage />, { role: "operator" });
  await tenants();
  await userEvent.click(screen.getByRole("button", { name: "CSV" }));
  const [name, content] = vi.mocked(saveFile).mock.lastCall as [string, string, string];
  expect(name).toBe("usage-30d.csv");
  expect(content.split("\r\n").slice(1, 3)).toEqual([
    "acme,Acme,1000,3000,2,40,5000000,1.5125,EUR",
    `bolt,"'=Bolt, Ltd",9,3000,2,40,5000000,0.2000,EUR`,
  ]);
});

it("changes a price from the version that was shown", async () => {
  const heard = hear("put", "/operator/usage/prices/messages", PRICE);
  renderPage(<UsagePage />, { role: "operator-admin" });
  await userEvent.click(await screen.findByRole("button", { name: "Change the price of Messages" }));
  const field = await screen.findByLabelText("Price, EUR");
  await userEvent.clear(field);
  await userEvent.type(field, "cheap{Enter}");
  expect(await screen.findByText("is a number, 0 or more, with at most six decimals")).toBeVisible();
  await userEvent.clear(field);
  await userEvent.type(field, "2.25{Enter}");
  expect(await screen.findByText("The price of messages is changed")).toBeVisible();
  expect(heard).toEqual({ body: { price: "2.25", per: 1000 }, version: '"4"' });
});

it("offers who may not set prices none to change", async () => {
  renderPage(<UsagePage />, { role: "operator" });
  expect(await screen.findByText("€1.50 for 1,000")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Change the price of Messages" })).toBeNull();
});

it("shows a tenant's usage by hour, the newest first", async () => {
  const asked = hearQuery("/operator/tenants/acme/usage", {
    ...REPORT,
    tenant_id: "acme",
    step: "hour",
    items: [
      { ...USED, start: "2026-11-21T10:00:00Z" },
      { ...USED, start: "2026-11-21T11:00:00Z" },
    ],
  });
  renderPage(<TenantUsagePage />, {
    role: "operator",
    address: "/operator/usage/acme?step=hour&range=90d",
    path: "/operator/usage/:tenantId",
  });
  const rows = within(await screen.findByRole("table", { name: "Usage of Acme" })).getAllByRole("row");
  expect(rows.slice(1).map((row) => row.textContent.slice(0, 13))).toEqual(["21 Nov, 11:00", "21 Nov, 10:00"]);
  expect(screen.getByRole("listitem", { name: "21 Nov, 10:00 UTC: €1.51" })).toBeInTheDocument();
  // By hour at most a month can be asked for: a longer range of the address is none.
  expect(screen.getByLabelText("Over")).toHaveValue("30d");
  expect(new URLSearchParams(asked.search).get("step")).toBe("hour");
  await expectAccessible();
});

it("says that nothing was used, or why nothing can be read", async () => {
  const page = { role: "operator", address: "/operator/usage/acme", path: "/operator/usage/:tenantId" } as const;
  answer("get", "/operator/tenants/acme/usage", { ...REPORT, tenant_id: "acme", step: "day", items: [] });
  const { unmount } = renderPage(<TenantUsagePage />, page);
  expect(await screen.findByText("Nothing was used in this time")).toBeVisible();
  unmount();
  answer("get", "/operator/tenants/acme/usage", problem(404, "there is no tenant acme"), 404);
  renderPage(<TenantUsagePage />, page);
  expect(await screen.findByText("there is no tenant acme")).toBeVisible();
});

it.each([
  ["0", "€0.00"],
  ["0.0312", "€0.0312"],
  ["0.5000", "€0.50"],
  ["1234.5678", "€1,234.57"],
])("%s euros are told as %s", (amount, told) => {
  expect(money(amount, "EUR")).toBe(told);
});
