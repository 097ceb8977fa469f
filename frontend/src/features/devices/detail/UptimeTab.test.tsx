import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { DeviceDetail } from "@/api/types";
import { renderPage } from "#tests/render";
import { answer } from "#tests/server";
import { UptimeTab } from "./UptimeTab";

it("says of how much of the time an uptime is, where little of it is known", async () => {
  const seconds = { up_seconds: 86, down_seconds: 0, unknown_seconds: 86_314 };
  answer("get", "/customer/devices/cooler-1/uptime", { uptime_percent: 100, known_percent: 0.1, ...seconds });
  answer("get", "/customer/devices/cooler-1/status-log", { items: [], next_cursor: null });
  renderPage(<UptimeTab device={{ device_id: "cooler-1" } as DeviceDetail} />);
  const day = within(await screen.findByRole("region", { name: "Uptime, 24 h" }));
  const figure = await day.findByText("100.00 %");
  expect(figure).toHaveTextContent("100.00 % of the 0.1 % that is known");
  expect(figure).not.toHaveClass("text-online");
});

it("says how long each status held", async () => {
  const known = { uptime_percent: 100, known_percent: 100, up_seconds: 86_400, down_seconds: 0, unknown_seconds: 0 };
  answer("get", "/customer/devices/cooler-1/uptime", known);
  const items = [
    { time: "2026-11-21T08:02:30Z", from_status: "STALE", to_status: "ONLINE" },
    { time: "2026-11-21T08:02:00Z", from_status: "ONLINE", to_status: "STALE" },
    { time: "2026-11-21T05:57:00Z", from_status: "PENDING", to_status: "ONLINE" },
  ];
  answer("get", "/customer/devices/cooler-1/status-log", { items, next_cursor: null });
  renderPage(<UptimeTab device={{ device_id: "cooler-1" } as DeviceDetail} />);
  const log = within(await screen.findByRole("list", { name: "Changes of status" }));
  const entries = log.getAllByRole("listitem").map(({ textContent }) => textContent);
  expect(entries).toEqual([
    expect.stringMatching(/since then$/),
    expect.stringMatching(/for 30 s$/),
    expect.stringMatching(/for 2 h 05 min$/),
  ]);
});
