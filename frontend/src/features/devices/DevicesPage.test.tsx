import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import type { ReactNode } from "react";
import { Route, Routes } from "react-router";
import { beforeEach, expect, it, vi } from "vitest";
import { keys } from "@/api/queries";
import { useSearchState } from "@/lib/useSearchState";
import { expectAccessible } from "#tests/axe";
import { answer, problem, server } from "#tests/server";
import { renderPage } from "#tests/render";
import DevicePage from "./DevicePage";
import DevicesPage from "./DevicesPage";
import { keepPlace } from "./listPlace";

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
/** Devices that no list has. */
let absent: string[];

beforeEach(() => {
  asked = [];
  shift = 0;
  absent = [];
  keepPlace("", 0);
  // jsdom has no layout: a list as high as a screen.
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(800);
  vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(400);
  answer("get", "/customer/sites", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/device-types", { items: [], next_cursor: null, total: 0 });
  server.use(
    http.get("*/customer/devices", ({ request }) => {
      const url = new URL(request.url);
      asked.push(url);
      const words = url.searchParams.get("q") ?? "";
      if (/-\d+$/.test(words)) {
        const items = [device(Number(words.split("-")[1]))].filter(() => !absent.includes(words));
        return HttpResponse.json({ items, next_cursor: null, total: items.length });
      }
      const first = Number(url.searchParams.get("cursor") ?? 0);
      const items = Array.from({ length: PAGE }, (_, index) => device(first + index));
      return HttpResponse.json({ items, next_cursor: String(first + PAGE + shift), total: FLEET });
    }),
  );
});

it("shows ten thousand devices in as many rows as fit", async () => {
  renderPage(<DevicesPage />);
  expect(await screen.findByText("10,000 devices")).toBeInTheDocument();
  expect((await screen.findAllByRole("row")).length).toBeLessThan(60);
  expect(asked).toHaveLength(1);
  await expectAccessible();
});

/** As on a screen that has room for a device beside the list. */
const makeRoom = (): void => {
  const wide = { matches: true } as MediaQueryList;
  vi.spyOn(window, "matchMedia").mockReturnValue(wide);
};

it("marks a device with j from wherever nothing is typed, and opens its page with Enter", async () => {
  const user = userEvent.setup();
  const { router } = renderPage(<DevicesPage />, { address: "/devices?q=freezer" });
  await screen.findByText("Freezer 0");
  await user.keyboard("jj");
  expect(screen.getByRole("grid")).toHaveFocus();
  expect(screen.getByRole("row", { selected: true })).toHaveTextContent("Freezer 1");
  expect(screen.getByRole("grid")).toHaveAttribute("aria-activedescendant", "device-freezer-1");
  expect(router.state.location.pathname).toBe("/devices");
  await user.keyboard("{Enter}");
  expect(router.state.location.pathname).toBe("/devices/freezer-1");
});

it("shows the device that the keys are at beside the list, where there is room", async () => {
  makeRoom();
  answer("get", "/customer/devices/freezer-0", problem(404, "there is no such device"), 404);
  const { router } = renderPage(<DevicesPage />);
  await screen.findByText("Freezer 0");
  await userEvent.keyboard("j");
  await waitFor(() => expect(router.state.location.search).toBe("?device=freezer-0"));
});

it("leaves a click that opens a new tab to the browser", async () => {
  const { router } = renderPage(<DevicesPage />);
  const link = await screen.findByRole("link", { name: "Freezer 3" });
  expect(link).toHaveAttribute("href", "/devices/freezer-3");
  let isTaken: boolean | undefined;
  const browser = (event: Event): void => {
    isTaken = event.defaultPrevented;
    // jsdom has no tabs.
    event.preventDefault();
  };
  window.addEventListener("click", browser, { once: true });
  fireEvent.click(link, { ctrlKey: true });
  expect(isTaken).toBe(false);
  expect(router.state.location.pathname).toBe("/");
  fireEvent.click(link);
  await waitFor(() => expect(router.state.location.pathname).toBe("/devices/freezer-3"));
});

it("is come back to with the filters that it had, whatever was looked at of a device", async () => {
  answer("get", "/customer/devices/freezer-0", problem(404, "there is no such device"), 404);
  const user = userEvent.setup();
  const { router } = renderPage(
    <Routes>
      <Route path="/devices" element={<DevicesPage />} />
      <Route path="/devices/:deviceId" element={<DevicePageWithTabs />} />
    </Routes>,
    { address: "/devices?status=OFFLINE&q=freezer" },
  );
  await user.click(await screen.findByRole("link", { name: "Freezer 0" }));
  await user.click(await screen.findByRole("button", { name: "Another tab" }));
  await waitFor(() => expect(router.state.location.search).toBe("?tab=alerts"));
  await user.click(screen.getByRole("link", { name: "All devices" }));
  await waitFor(() => expect(router.state.location.search).toBe("?status=OFFLINE&q=freezer"));
});

/** What a device's page does to its address. */
function DevicePageWithTabs(): ReactNode {
  const { change } = useSearchState();
  return (
    <>
      <DevicePage />
      <button onClick={() => change({ tab: "alerts" })}>Another tab</button>
    </>
  );
}

const firstRowsAsked = (): number[] =>
  asked
    .filter(({ searchParams }) => searchParams.get("limit") === String(PAGE) && !searchParams.has("q"))
    .map((url) => Number(url.searchParams.get("cursor") ?? 0));

async function scrollTo(row: number): Promise<void> {
  const list = await screen.findByRole("grid");
  fireEvent.scroll(list, { target: { scrollTop: row * ROW_HEIGHT } });
  await screen.findByText(`Freezer ${row}`);
}

it("reads the pages on the way to where somebody scrolls, each once", async () => {
  renderPage(<DevicesPage />);
  await screen.findAllByRole("row");
  await scrollTo(700);
  await waitFor(() => expect(firstRowsAsked()).toEqual([0, 200, 400, 600, 800]));
  expect(screen.getAllByRole("row").length).toBeLessThan(60);
});

it("reads only what is in view again, and how many there are", async () => {
  const { queries } = renderPage(<DevicesPage />);
  await screen.findAllByRole("row");
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
  await screen.findAllByRole("row");
  await scrollTo(395);
  await waitFor(() => expect(queries.isFetching()).toBe(0));
  asked = [];
  shift = 1;
  await queries.invalidateQueries({ queryKey: keys.devices });
  expect(firstRowsAsked()).toContain(401);
  expect(await screen.findByText("Freezer 401")).toBeInTheDocument();
});

const askedOfDevice = (): void => {
  server.use(
    http.get("*/customer/devices/:id", () => HttpResponse.json(problem(404, "no such device"), { status: 404 })),
  );
};

it("reads on to the device that its address has chosen, and steps from there", async () => {
  makeRoom();
  askedOfDevice();
  const { router } = renderPage(<DevicesPage />, { address: "/devices?device=freezer-790" });
  await screen.findByText("Freezer 0");
  const list = screen.getByRole("grid");
  // jsdom neither has heights nor scrolls by itself.
  vi.spyOn(Element.prototype, "scrollHeight", "get").mockReturnValue(FLEET * ROW_HEIGHT);
  list.scrollTo = (to?: ScrollToOptions | number): void =>
    void fireEvent.scroll(list, { target: { scrollTop: typeof to === "object" ? to.top : 0 } });
  await userEvent.keyboard("k");
  await waitFor(() => expect(router.state.location.search).toBe("?device=freezer-789"));
  expect(await screen.findByRole("row", { selected: true })).toHaveTextContent("Freezer 789");
  expect(firstRowsAsked().filter((row) => row < 800)).toEqual([0, 200, 400, 600]);
});

it("begins at its first device where the chosen one is not in the list, without reading all of it", async () => {
  makeRoom();
  askedOfDevice();
  absent = ["freezer-790"];
  const { router } = renderPage(<DevicesPage />, { address: "/devices?device=freezer-790" });
  await screen.findByText("Freezer 0");
  await userEvent.keyboard("j");
  await waitFor(() => expect(router.state.location.search).toBe("?device=freezer-0"));
  expect(firstRowsAsked()).toEqual([0]);
});

it.each(["browser", "link"])("is where it was left when it is come back to by the %s", async (way) => {
  askedOfDevice();
  const user = userEvent.setup();
  const { router } = renderPage(
    <Routes>
      <Route path="/devices" element={<DevicesPage />} />
      <Route path="/devices/:deviceId" element={<DevicePage />} />
    </Routes>,
    { address: "/devices?q=freezer" },
  );
  await screen.findAllByRole("row");
  await scrollTo(450);
  await user.click(screen.getByRole("link", { name: "Freezer 450" }));
  const back = await screen.findByRole("link", { name: "All devices" });
  if (way === "browser") await act(() => router.navigate(-1));
  else await user.click(back);
  expect(await screen.findByText("Freezer 450")).toBeInTheDocument();
  expect(screen.queryByText("Freezer 0")).not.toBeInTheDocument();
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
  await screen.findAllByRole("row");
  expect(screen.queryAllByRole("link", { name: "Add a device" })).toHaveLength(links);
});
