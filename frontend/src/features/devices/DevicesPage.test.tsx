import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { answer, server } from "#tests/server";
import { renderPage } from "#tests/render";
import DevicesPage from "./DevicesPage";

const device = (number: number) => ({
  device_id: `freezer-${number}`,
  name: `Freezer ${number}`,
  site_id: "north",
  site_name: "North",
  device_type: "cold_storage",
  lifecycle: "ACTIVE",
  tags: {},
  status: "ONLINE",
  status_changed_at: null,
  last_seen_at: "2026-11-21T07:00:00Z",
  last_telemetry_at: null,
});

const PAGE = 200;
const FLEET = 10_000;
let asked: URL[];

beforeEach(() => {
  asked = [];
  // jsdom has no layout: a list as high as a screen.
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(400);
  answer("get", "/customer/sites", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/device-types", { items: [], next_cursor: null, total: 0 });
  server.use(
    http.get("*/customer/devices", ({ request }) => {
      const url = new URL(request.url);
      asked.push(url);
      const first = Number(url.searchParams.get("cursor") ?? 0);
      const items = Array.from({ length: PAGE }, (_, index) => device(first + index));
      return HttpResponse.json({ items, next_cursor: String(first + PAGE), total: FLEET });
    }),
  );
});

it("shows ten thousand devices in as many rows as fit", async () => {
  renderPage(<DevicesPage />);
  expect(await screen.findByText("10,000 devices")).toBeInTheDocument();
  expect((await screen.findAllByRole("option")).length).toBeLessThan(60);
  expect(asked).toHaveLength(1);
});

it("keeps the search in the address", async () => {
  const user = userEvent.setup();
  const { router } = renderPage(<DevicesPage />);
  await user.type(await screen.findByRole("searchbox", { name: "Search devices" }), "lyon");
  await waitFor(() => expect(router.state.location.search).toBe("?q=lyon"));
  await waitFor(() => expect(asked.at(-1)?.searchParams.get("q")).toBe("lyon"));
});

it("says of an empty fleet how a device gets into it", async () => {
  answer("get", "/customer/devices", { items: [], next_cursor: null, total: 0 });
  renderPage(<DevicesPage />);
  expect(await screen.findByText("No devices yet")).toBeInTheDocument();
});

it.each([
  ["customer", 1],
  ["viewer", 0],
] as const)("offers a %s to add a device: %d", async (role, links) => {
  renderPage(<DevicesPage />, { role });
  await screen.findAllByRole("option");
  expect(screen.queryAllByRole("link", { name: "Add a device" })).toHaveLength(links);
});
