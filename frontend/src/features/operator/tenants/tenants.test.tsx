import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, hear, problem, server } from "#tests/server";
import TenantPage from "./TenantPage";
import TenantsPage from "./TenantsPage";

const ACME = {
  version: 3,
  tenant_id: "acme",
  name: "Acme Cold Chain",
  status: "ACTIVE",
  timezone: "Europe/Oslo",
  ip_allowlist: ["192.0.2.0/24"],
  created_at: "2026-01-01T08:00:00Z",
  suspended_at: null,
  suspended_reason: "",
  deleted_at: null,
  limits: { api_tenant: "10:1", claim: "5:60" },
};
const GONE = { ...ACME, tenant_id: "gone", name: "Gone", status: "SUSPENDED", suspended_reason: "unpaid" };

function renderTenant(
  tenant: object,
  role: "operator" | "operator-admin" = "operator-admin",
  subscriptions: readonly object[] = [],
) {
  answer("get", "/operator/subscriptions", { items: subscriptions, next_cursor: null, total: subscriptions.length });
  answer("get", "/operator/tenants/acme", tenant);
  answer("get", "/operator/tenants/acme/device-limit", { device_limit: 25, taken: 25, free: 0 });
  return renderPage(<TenantPage />, { role, address: "/operator/tenants/acme", path: "/operator/tenants/:tenantId" });
}

it("lists tenants with their status, and why one is suspended", async () => {
  answer("get", "/operator/tenants", { items: [ACME, GONE], next_cursor: null, total: 2 });
  renderPage(<TenantsPage />, { role: "operator" });
  expect(await screen.findByRole("link", { name: "Acme Cold Chain" })).toHaveAttribute(
    "href",
    "/operator/tenants/acme",
  );
  expect(screen.getByText("unpaid")).toBeVisible();
  expect(screen.queryByRole("button", { name: "New tenant" })).toBeNull();
  await expectAccessible();
});

it("keeps its filters in the address, and asks the API for them", async () => {
  let asked = "";
  server.use(
    http.get("*/operator/tenants", ({ request }) => {
      asked = new URL(request.url).search;
      return HttpResponse.json({ items: [], next_cursor: null, total: 0 });
    }),
  );
  const { router } = renderPage(<TenantsPage />, { role: "operator", address: "/?q=ac" });
  expect(await screen.findByText("No tenant fits")).toBeVisible();
  await userEvent.selectOptions(screen.getByLabelText("Status"), "SUSPENDED");
  await screen.findByText("No tenant fits");
  expect(router.state.location.search).toBe("?q=ac&status=SUSPENDED");
  expect(asked).toBe("?q=ac&status=SUSPENDED&limit=50");
});

it("makes a tenant with its first administrator", async () => {
  answer("get", "/operator/tenants", { items: [], next_cursor: null, total: 0 });
  const heard = hear("post", "/operator/tenants", { ...ACME, tenant_id: "new-one", name: "New One" });
  renderPage(<TenantsPage />, { role: "operator-admin", address: "/?new=1" });
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText("Tenant id"), "New One");
  await userEvent.type(dialog.getByLabelText("Name"), "New One");
  await userEvent.type(dialog.getByLabelText("E-mail address of its first administrator"), "ada@new.example");
  await userEvent.click(dialog.getByRole("button", { name: "Create the tenant" }));
  expect(await dialog.findByText("lower-case letters, digits and hyphens, not at the ends")).toBeVisible();
  await userEvent.clear(dialog.getByLabelText("Tenant id"));
  await userEvent.type(dialog.getByLabelText("Tenant id"), "new-one");
  await userEvent.click(dialog.getByRole("button", { name: "Create the tenant" }));
  expect(await screen.findByText("New One is there; its administrator is invited")).toBeVisible();
  expect(heard.body).toEqual({
    tenant_id: "new-one",
    name: "New One",
    timezone: "UTC",
    ip_allowlist: [],
    limits: {},
    admin: { email: "ada@new.example", name: null },
  });
});

it("shows a tenant with its seats, and offers a reader nothing to change", async () => {
  renderTenant(ACME, "operator");
  expect(await screen.findByText("25 of 25 devices")).toBeVisible();
  expect(screen.getByText("There is no seat left.")).toBeVisible();
  expect(screen.getByText("192.0.2.0/24")).toBeVisible();
  expect(
    within(screen.getByRole("navigation", { name: "Acme Cold Chain" }))
      .getAllByRole("link")
      .map((link) => link.getAttribute("href")),
  ).toEqual([
    "/operator/devices?tenant=acme",
    "/operator/alerts?tenant=acme",
    "/operator/subscriptions?tenant=acme",
    "/operator/usage/acme",
    "/operator/users?tenant=acme",
    "/operator/quarantine?tenant=acme",
  ]);
  expect(screen.queryByRole("button", { name: "Suspend" })).toBeNull();
  await expectAccessible();
});

it("changes a tenant's limits, and takes back the one that is no longer written", async () => {
  const heard = hear("patch", "/operator/tenants/acme", ACME);
  renderTenant(ACME);
  await userEvent.click(await screen.findByRole("button", { name: "Edit" }));
  const limits = await screen.findByLabelText("Other limits than the defaults");
  await userEvent.clear(limits);
  await userEvent.type(limits, "claim 6:60");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Acme Cold Chain is changed")).toBeVisible();
  expect(heard.version).toBe('"3"');
  expect(heard.body).toMatchObject({ limits: { api_tenant: null, claim: "6:60" } });
});

it("says which line is no limit", async () => {
  renderTenant(ACME);
  await userEvent.click(await screen.findByRole("button", { name: "Edit" }));
  await userEvent.type(await screen.findByLabelText("Other limits than the defaults"), "{enter}soon");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("“soon” is not a limit's name and its rates")).toBeVisible();
});

it("suspends a tenant with a reason", async () => {
  const heard = hear("post", "/operator/tenants/acme/suspend", { ...ACME, status: "SUSPENDED" });
  renderTenant(ACME);
  await userEvent.click(await screen.findByRole("button", { name: "Suspend" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText("Why"), "unpaid");
  await userEvent.click(dialog.getByRole("button", { name: "Suspend" }));
  expect(await screen.findByText("Acme Cold Chain is suspended")).toBeVisible();
  expect(heard.body).toEqual({ reason: "unpaid" });
});

it("puts a suspended tenant back", async () => {
  answer("post", "/operator/tenants/acme/resume", ACME);
  renderTenant({ ...GONE, tenant_id: "acme", suspended_at: "2026-11-01T08:00:00Z" });
  expect(await screen.findByText("unpaid")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Put back into business" }));
  expect(await screen.findByText("Gone is back in business")).toBeVisible();
});

it("deletes a tenant after it asked", async () => {
  answer("delete", "/operator/tenants/acme", null, 204);
  const { router } = renderTenant(ACME);
  await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
  await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
  expect(await screen.findByText("Acme Cold Chain is deleted")).toBeVisible();
  expect(router.state.location.pathname).toBe("/operator/tenants");
});

it("sets how many devices a tenant may have", async () => {
  const heard = hear("put", "/operator/tenants/acme/device-limit", { device_limit: 40, taken: 25, free: 15 });
  renderTenant(ACME);
  const change = await screen.findByRole("button", { name: "Change the limit" });
  await screen.findByText("25 of 25 devices");
  await userEvent.click(change);
  const field = await screen.findByLabelText("Devices it may have");
  await userEvent.clear(field);
  await userEvent.type(field, "40");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Acme Cold Chain may have 40 devices")).toBeVisible();
  expect(heard.body).toEqual({ device_limit: 40 });
});

it("offers no limit to be changed where subscriptions say it", async () => {
  renderTenant(ACME, "operator-admin", [{ subscription_id: "s-1" }]);
  expect(await screen.findByText("Its subscriptions say how many.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Change the limit" })).toBeNull();
});

it("says why a tenant can't be read", async () => {
  answer("get", "/operator/tenants/acme", problem(404, "there is no such tenant"), 404);
  renderPage(<TenantPage />, { role: "operator", address: "/t/acme", path: "/t/:tenantId" });
  expect(await screen.findByText("there is no such tenant")).toBeVisible();
});
