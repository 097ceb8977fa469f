import { act, screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { renderRoutes } from "#tests/render";
import { answer } from "#tests/server";
import { routes } from "./router";

const FRIDGE = {
  device_id: "fridge-1",
  name: "Fridge 1",
  site_id: "north",
  site_name: "North",
  device_type: "fridge",
  lifecycle: "ACTIVE",
  status: "ONLINE",
  tags: {},
  metrics: [],
  expected_interval: { seconds: 60, origin: "device" },
  parent_device_id: null,
  created_at: "2026-11-01T07:00:00Z",
  last_seen_at: "2026-11-21T07:00:00Z",
};

it("begins where an operator may be, with the pages of operators alone", async () => {
  answer("get", "/operator/tenants", { items: [], next_cursor: null, total: 0 });
  const router = renderRoutes(routes, "operator");
  expect(await screen.findByRole("heading", { level: 1 })).toBeVisible();
  expect(router.state.location.pathname).toMatch(/^\/operator/);
  const links = screen.getByRole("navigation", { name: "Pages" }).querySelectorAll("a");
  expect([...links].filter((link) => !link.getAttribute("href")?.startsWith("/operator"))).toEqual([]);
  expect(screen.queryByText("Connecting")).toBeNull();
});

it("names a page that is about one thing after it, for tabs, history and bookmarks", async () => {
  answer("get", "/customer/devices/fridge-1", FRIDGE);
  const router = renderRoutes(routes, "viewer", "/devices/fridge-1");
  await waitFor(() => expect(document.title).toBe("Fridge 1 · Pulse"));
  await act(() => router.navigate("/groups"));
  await waitFor(() => expect(document.title).toBe("Device groups · Pulse"));
});

it("shows an operator nothing of a page that is a tenant's", async () => {
  renderRoutes(routes, "operator", "/devices");
  expect(await screen.findByText("You may not see this page")).toBeVisible();
});
