import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { keys } from "@/api/queries";
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
const ROW_HEIGHT = 44;
let asked: URL[];
/** Devices that have come in at the front of each page since. */
let shift: number;

beforeEach(() => {
  asked = [];
  shift = 0;
  // jsdom has no layout: a list as high as a screen.
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(800);
  vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(400);
  answer("get", "/customer/sites", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/device-types", { items: [], next_cursor: null, total: 0 });
  server.use(
    http.get("*/customer/devices", ({ request }) => {
      const url = new URL(request.url);
      asked.push(url);
      const first = Number(url.searchParams.get("cursor") ?? 0);
      const items = Array.from({ length: PAGE }, (_, index) => device(first + index));
      return HttpResponse.json({ items, next_cursor: String(first + PAGE + shift), total: FLEET });
    }),
  );
});

it("shows ten thousand devices in as many rows as fit", async () => {
  renderPage(<DevicesPage />);
  expect(await screen.findByText("10,000 devices")).toBeInTheDocument();
  expect((await screen.findAllByRole("option")).length).toBeLessThan(60);
  expect(asked).toHaveLength(1);
});

const firstRowsAsked = (): number[] =>
  asked
    .filter((url) => url.searchParams.get("limit") === String(PAGE))
    .map((url) => Number(url.searchParams.get("cursor") ?? 0));

async function scrollTo(row: number): Promise<void> {
  const list = await screen.findByRole("listbox");
  fireEvent.scroll(list, { target: { scrollTop: row * ROW_HEIGHT } });
  await screen.findByText(`Freezer ${row}`);
}

it("reads the pages on the way to where somebody scrolls, each once", async () => {
  renderPage(<DevicesPage />);
  await screen.findAllByRole("option");
  await scrollTo(700);
  await waitFor(() => expect(firstRowsAsked()).toEqual([0, 200, 400, 600, 800]));
  expect(screen.getAllByRole("option").length).toBeLessThan(60);
});

it("reads only what is in view again, and how many there are", async () => {
  const { queries } = renderPage(<DevicesPage />);
  await screen.findAllByRole("option");
  await scrollTo(700);
  await waitFor(() => expect(asked.some((url) => url.searchParams.get("limit") === "1")).toBe(true));
  await waitFor(() => expect(queries.isFetching()).toBe(0));
  asked = [];
  await queries.invalidateQueries({ queryKey: keys.devices });
  expect(asked.map((url) => `${url.searchParams.get("cursor")} of ${url.searchParams.get("limit")}`).sort()).toEqual([
    "600 of 200",
    "null of 1",
  ]);
});

it("begins a page that is read again where the one before it ends by now", async () => {
  const { queries } = renderPage(<DevicesPage />);
  await screen.findAllByRole("option");
  await scrollTo(395);
  await waitFor(() => expect(queries.isFetching()).toBe(0));
  asked = [];
  shift = 1;
  await queries.invalidateQueries({ queryKey: keys.devices });
  expect(firstRowsAsked()).toContain(401);
  expect(await screen.findByText("Freezer 401")).toBeInTheDocument();
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
