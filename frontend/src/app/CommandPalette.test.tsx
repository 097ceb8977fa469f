import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import type { Role } from "@/api/types";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { server } from "#tests/server";
import CommandPalette from "./CommandPalette";
import { pages } from "./pages";

/** What was asked for, by path. */
let asked: Record<string, string>;
let answers: Record<string, object>;

const page = (items: object[]) => ({ items, next_cursor: null, total: items.length });
const RULES = [
  { rule_id: "r-1", name: "Cold storage too warm", condition: "temp_c > 8" },
  { rule_id: "r-2", name: "Door open", condition: "door_open is true" },
];
const ANSWERS: Record<string, object> = {
  "/customer/devices": page([{ device_id: "cold-1", name: "", site_name: "Harbour", status: "ONLINE" }]),
  "/customer/alerts": page([
    { alert_id: "a-1", summary: "Cold storage is at 9 °C", severity: "HIGH", device_id: "cold-1" },
  ]),
  "/customer/alert-rules": page(RULES),
  "/customer/sites": page([{ site_id: "cold-harbour", name: "Cold Harbour" }]),
  "/customer/device-groups": page([
    { group_id: "g-1", name: "Cold chain" },
    { group_id: "g-2", name: "Doors" },
  ]),
  "/customer/notification-channels": page([{ channel_id: "c-1", name: "Cold people", destination: "#cold" }]),
  "/customer/oncall-schedules": page([{ schedule_id: "s-1", name: "Cold chain duty", timezone: "Europe/Amsterdam" }]),
  "/customer/targets": page([{ target_id: "t-1", name: "Cold switch", host: "10.0.0.7" }]),
  "/customer/users": page([{ user_id: "u-1", name: "Ada Coldwell", email: "ada@acme.example", role: "customer" }]),
};
const NOTHING = Object.fromEntries(Object.keys(ANSWERS).map((path) => [path, page([])]));

beforeEach(() => {
  asked = {};
  answers = ANSWERS;
  for (const path of Object.keys(ANSWERS)) {
    server.use(
      http.get(`*${path}`, ({ request }) => {
        asked[path] = new URL(request.url).search;
        return HttpResponse.json(answers[path]);
      }),
    );
  }
});

function open(role: Role = "tenant-admin") {
  return renderPage(<CommandPalette open onClose={vi.fn()} pages={pages} />, { role });
}

const names = (): (string | null)[] => screen.getAllByRole("option").map((option) => option.textContent);

it("finds things of every kind by their name, in groups", async () => {
  open();
  await userEvent.type(screen.getByRole("combobox"), "cold");
  await screen.findByText("Ada Coldwell");
  expect(names()).toEqual([
    "cold-1Harbour",
    "Cold storage is at 9 °Ccold-1",
    "Cold storage too warmtemp_c > 8",
    "Cold Harbourcold-harbour",
    "Cold chain",
    "Cold people#cold",
    "Cold chain dutyEurope/Amsterdam",
    "Cold switch10.0.0.7",
    "Ada ColdwellCustomer",
  ]);
  expect(asked["/customer/alerts"]).toBe("?q=cold&status=OPEN&status=ACKNOWLEDGED&limit=5");
  await expectAccessible();
});

it.each([
  ["storage too", "/alert-rules/r-1"],
  ["Cold Harbour", "/sites?q=Cold+Harbour&site=cold-harbour"],
  ["Ada Coldwell", "/users?q=ada%40acme.example&user=u-1"],
  ["at 9", "/alerts?status=ALL&alert=a-1"],
])("leads to what was chosen: %s", async (typed, address) => {
  const { router } = open();
  await userEvent.type(screen.getByRole("combobox"), "cold");
  await userEvent.click(await screen.findByText(new RegExp(typed)));
  expect(router.state.location.pathname + router.state.location.search).toBe(address);
});

it("goes to the first one with Enter, though it was found last, and to another one once somebody goes to it", async () => {
  let letGo = (): void => undefined;
  const held = new Promise<void>((done) => (letGo = done));
  server.use(
    http.get("*/customer/devices", async () => {
      await held;
      return HttpResponse.json(answers["/customer/devices"]);
    }),
  );
  const { router } = open();
  await userEvent.type(screen.getByRole("combobox"), "cold");
  expect(await screen.findByRole("option", { name: /too warm/ })).toBeVisible();
  letGo();
  const device = await screen.findByRole("option", { name: /cold-1Harbour/ });
  await vi.waitFor(() => expect(device).toHaveAttribute("aria-selected", "true"));
  await userEvent.keyboard("{ArrowDown}");
  expect(screen.getByRole("option", { name: /at 9/ })).toHaveAttribute("aria-selected", "true");
  await userEvent.keyboard("{ArrowUp}{Enter}");
  expect(router.state.location.pathname).toBe("/devices/cold-1");
});

/** Devices are searched as the server does, each answer held until it is let go. */
function holdDevices(): () => void {
  let letGo = (): void => undefined;
  const held = new Promise<void>((done) => (letGo = done));
  answers = NOTHING;
  server.use(
    http.get("*/customer/devices", async ({ request }) => {
      const q = new URL(request.url).searchParams.get("q") ?? "";
      if (q !== "cold-1") await held;
      return HttpResponse.json(page([{ device_id: q, name: "", site_name: "Harbour", status: "ONLINE" }]));
    }),
  );
  return letGo;
}

it("never goes with Enter to what other words found, but to what these do, once they have", async () => {
  const letGo = holdDevices();
  const { router } = open();
  await userEvent.type(screen.getByRole("combobox"), "cold-1");
  const old = await screen.findByRole("option", { name: /cold-1/ });
  await vi.waitFor(() => expect(old).toHaveAttribute("aria-selected", "true"));
  await userEvent.keyboard("{Backspace}2{Enter}");
  expect(old).toHaveAttribute("aria-disabled", "true");
  expect(screen.getByRole("status")).toHaveTextContent("Searching …");
  await userEvent.click(old);
  expect(router.state.location.pathname).toBe("/");
  letGo();
  await vi.waitFor(() => expect(router.state.location.pathname).toBe("/devices/cold-2"));
});

it("goes there once it is found, though Enter came before the answer", async () => {
  const letGo = holdDevices();
  const { router } = open();
  await userEvent.type(screen.getByRole("combobox"), "door-7{Enter}");
  expect(screen.getByRole("status")).toHaveTextContent("Searching …");
  letGo();
  await vi.waitFor(() => expect(router.state.location.pathname).toBe("/devices/door-7"));
});

it("goes nowhere for an Enter that was pressed before other words were typed", async () => {
  const letGo = holdDevices();
  const { router } = open();
  await userEvent.type(screen.getByRole("combobox"), "door-7{Enter}8");
  letGo();
  const found = await screen.findByRole("option", { name: /door-78/ });
  await vi.waitFor(() => expect(found).toHaveAttribute("aria-selected", "true"));
  expect(router.state.location.pathname).toBe("/");
});

it("asks for nothing that the role may not read", async () => {
  open("viewer");
  await userEvent.type(screen.getByRole("combobox"), "cold");
  await screen.findByText("Cold switch");
  expect(Object.keys(asked)).not.toContain("/customer/users");
  expect(Object.keys(asked)).not.toContain("/customer/notification-channels");
});

it("finds an operator's tenants", async () => {
  open("operator");
  await userEvent.type(screen.getByRole("combobox"), "cold ch");
  expect(await screen.findByRole("option", { name: /Acme Cold Chain/ })).toBeVisible();
  expect(asked).toEqual({});
});

it("says that nothing is called that when all have answered, and not before", async () => {
  answers = NOTHING;
  let letGo = (): void => undefined;
  const held = new Promise<void>((done) => (letGo = done));
  server.use(
    http.get("*/customer/targets", async () => {
      await held;
      return HttpResponse.json(page([]));
    }),
  );
  open();
  await userEvent.type(screen.getByRole("combobox"), "zzz");
  await vi.waitFor(() => expect(Object.keys(asked)).toHaveLength(Object.keys(ANSWERS).length - 1));
  expect(screen.getByText("Searching …")).toBeVisible();
  expect(screen.queryByText("Nothing is called that")).not.toBeInTheDocument();
  letGo();
  expect(await screen.findByText("Nothing is called that")).toBeVisible();
});

it("says that not everything could be asked", async () => {
  answers = NOTHING;
  server.use(http.get("*/customer/sites", () => HttpResponse.json({ detail: "away" }, { status: 503 })));
  open();
  await userEvent.type(screen.getByRole("combobox"), "zzz");
  expect(await screen.findByText(/Not everything could be asked/)).toBeVisible();
});
