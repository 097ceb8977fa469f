import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, hearQuery, problem } from "#tests/server";
import TenantDevicesPage from "./TenantDevicesPage";

const DEVICE = {
  tenant_id: "acme",
  tenant_name: "Acme Cold Chain",
  device_id: "fridge-1",
  name: "Fridge",
  site_id: "north",
  site_name: "North",
  device_type: "temperature",
  lifecycle: "SUSPENDED",
  tags: {},
  status: "STALE",
  status_changed_at: null,
  last_seen_at: "2026-11-21T08:00:00Z",
  last_telemetry_at: null,
};

it("shows whose a device is, how it does, and the way to what there is of it", async () => {
  answer("get", "/operator/devices", { items: [DEVICE], next_cursor: null, total: 1 });
  renderPage(<TenantDevicesPage />, { role: "operator" });
  expect(await screen.findByRole("link", { name: "acme" })).toHaveAttribute("href", "/operator/tenants/acme");
  expect(screen.getByText("Stale", { selector: "td *" })).toBeVisible();
  expect(screen.getByText("Suspended", { selector: "td *" })).toBeVisible();
  expect(screen.getByRole("link", { name: "Alerts of fridge-1" })).toHaveAttribute(
    "href",
    "/operator/alerts?tenant=acme&device=fridge-1",
  );
  await expectAccessible();
});

it("keeps its filters in the address, and asks the API for them", async () => {
  const asked = hearQuery("/operator/devices", { items: [], next_cursor: null, total: 0 });
  const { router } = renderPage(<TenantDevicesPage />, { role: "operator", address: "/?tenant=acme&q=fri" });
  expect(await screen.findByText("No device fits")).toBeVisible();
  await userEvent.selectOptions(screen.getByLabelText("Status"), "OFFLINE");
  await userEvent.selectOptions(screen.getByLabelText("Lifecycle"), "DECOMMISSIONED");
  expect(router.state.location.search).toBe("?tenant=acme&q=fri&status=OFFLINE&lifecycle=DECOMMISSIONED");
  await vi.waitFor(() =>
    expect(Object.fromEntries(new URLSearchParams(asked.search))).toEqual({
      tenant_id: "acme",
      q: "fri",
      status: "OFFLINE",
      lifecycle: "DECOMMISSIONED",
      sort: "tenant_id",
      order: "asc",
      limit: "50",
    }),
  );
});

it("asks the server for another order when a head is clicked, and keeps it in the address", async () => {
  const asked = hearQuery("/operator/devices", { items: [DEVICE], next_cursor: null, total: 1 });
  const { router } = renderPage(<TenantDevicesPage />, { role: "operator" });
  await userEvent.click(await screen.findByRole("button", { name: "Heard of" }));
  expect(router.state.location.search).toBe("?sort=last_seen_at&order=desc");
  await vi.waitFor(() => expect(asked.search).toContain("sort=last_seen_at&order=desc"));
  expect(await screen.findByRole("columnheader", { name: "Heard of" })).toHaveAttribute("aria-sort", "descending");
});

it("says why the devices can't be read", async () => {
  answer("get", "/operator/devices", problem(503, "the database is away"), 503);
  renderPage(<TenantDevicesPage />, { role: "operator" });
  expect(await screen.findByText("the database is away")).toBeVisible();
});
