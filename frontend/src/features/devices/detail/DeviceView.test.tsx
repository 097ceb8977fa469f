import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { noteHeard } from "@/live/lastSeen";
import { renderPage } from "#tests/render";
import { answer } from "#tests/server";
import { DeviceView } from "./DeviceView";

const DEVICE = {
  device_id: "freezer-7",
  name: "Freezer 7",
  site_id: "north",
  site_name: "North",
  device_type: "cold_storage",
  lifecycle: "ACTIVE",
  status: "ONLINE",
  tags: {},
  metrics: [],
  model: "",
  manufacturer: "",
  serial_number: "",
  hardware_version: "",
  firmware_version: "",
  mac: "",
  imei: "",
  iccid: "",
  notes: "",
  expected_interval: { seconds: 60, origin: "device" },
  connected: true,
  parent_device_id: null,
  latitude: null,
  longitude: null,
  created_at: "2026-11-01T07:00:00Z",
  last_seen_at: "2026-11-21T07:00:00Z",
};

it("names its page, and no page that it is in a pane of", async () => {
  answer("get", "/customer/devices/freezer-7", DEVICE);
  document.title = "Devices";
  const { unmount } = renderPage(<DeviceView deviceId="freezer-7" inPane />);
  await screen.findByRole("heading", { name: "Freezer 7" });
  expect(document.title).toBe("Devices");
  unmount();
  renderPage(<DeviceView deviceId="freezer-7" />);
  await waitFor(() => expect(document.title).toBe("Freezer 7 · Pulse"));
});

it("was last seen when a value was heard, whatever was read before", async () => {
  answer("get", "/customer/devices/freezer-7", DEVICE);
  const { queries } = renderPage(<DeviceView deviceId="freezer-7" />);
  const seen = (): string | null | undefined =>
    screen
      .getByText(/^Last seen/)
      .querySelector("time")
      ?.getAttribute("datetime");
  await screen.findByRole("heading", { name: "Freezer 7" });
  expect(seen()).toBe("2026-11-21T07:00:00Z");
  noteHeard(queries, {
    type: "device.telemetry",
    channel: "device:freezer-7",
    time: "2026-11-21T08:00:00Z",
    data: { device_id: "freezer-7", reading_time: "2026-11-21T08:00:00Z", metrics: { temp_c: 4 } },
  });
  await waitFor(() => expect(seen()).toBe("2026-11-21T08:00:00Z"));
});
