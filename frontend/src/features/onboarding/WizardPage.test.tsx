import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { renderPage } from "#tests/render";
import { expectAccessible } from "#tests/axe";
import { answer, problem, server } from "#tests/server";
import { watches } from "./queries";
import WizardPage from "./WizardPage";

const EVERYTHING = { site_ids: [], device_types: [], device_ids: [], group_ids: [], tags: {} };
const SITE = { site_id: "hall-a", name: "Hall A" };
const RULE = {
  rule_id: "rule-1",
  name: "Too warm",
  severity: "HIGH",
  condition: "temp_c > 8",
  scope: { ...EVERYTHING, device_types: ["cooler"] },
};
const TEMPLATE = {
  template_id: "temp_high",
  name: "Temperature too high",
  condition: "temperature > 85",
  criterion: { kind: "threshold", conditions: [{ metric: "temperature", operator: "GT", threshold: 85 }] },
};
const CONNECTION = {
  host: "broker.example",
  port: 8883,
  client_id: "acme:cooler-9",
  certificate_authority_pem: "AUTHORITY",
  telemetry_topic: "devices/acme/cooler-9/telemetry",
  heartbeat_topic: "devices/acme/cooler-9/heartbeat",
  command_topic: "devices/acme/cooler-9/commands",
};
const DEVICE = {
  device_id: "cooler-9",
  last_seen_at: null,
  connected: false,
  created_at: "2026-11-21T08:00:00Z",
  metrics: [],
};

beforeEach(() => {
  answer("get", "/customer/devices/seats", { device_limit: 100, taken: 40, free: 60 });
  answer("get", "/customer/sites", { items: [SITE], next_cursor: null, total: 1 });
  answer("get", "/customer/device-types", { items: [{ device_type: "cooler" }], next_cursor: null, total: 1 });
  answer("get", "/customer/tags", { items: [], next_cursor: null });
  answer("get", "/customer/alert-rules", { items: [RULE], next_cursor: null, total: 1 });
  answer("get", "/customer/alert-rule-templates", { items: [TEMPLATE] });
  answer("get", "/customer/metrics/reference", { raw: [{ metric: "temp_c" }], normalized: [], unmapped: ["temp_c"] });
  answer("get", "/customer/devices/cooler-9", DEVICE);
  answer("get", "/customer/devices/cooler-9/mqtt-connection", CONNECTION);
});

/** The first who asks for the device is told that there is none. */
function beFree(): void {
  const nothing = problem(404, "there is no device cooler-9");
  server.use(
    http.get("*/customer/devices/cooler-9", () => HttpResponse.json(nothing, { status: 404 }), { once: true }),
  );
}

async function goThroughTheSteps(user: ReturnType<typeof userEvent.setup>): Promise<void> {
  beFree();
  await user.type(await screen.findByLabelText("Device id"), "cooler-9");
  await screen.findByRole("option", { name: "cooler" });
  await user.selectOptions(screen.getByLabelText("Type"), "cooler");
  await user.click(screen.getByRole("button", { name: "Next" }));
  await user.type(await screen.findByLabelText("Add a tag"), "zone=dairy{Enter}");
  await user.click(screen.getByRole("button", { name: "Next" }));
}

describe("adding a device", () => {
  it("sends it once all steps are through, with its tags, and goes on at its credentials", async () => {
    let sent: unknown;
    server.use(
      http.post("*/customer/devices", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(DEVICE, { status: 201 });
      }),
    );
    const user = userEvent.setup();
    const { router } = renderPage(<WizardPage />);
    await goThroughTheSteps(user);
    await user.click(await screen.findByRole("button", { name: "Add the device" }));
    expect(await screen.findByRole("heading", { name: "Credentials of cooler-9" })).toBeVisible();
    expect(sent).toMatchObject({ device_id: "cooler-9", site_id: "hall-a", tags: { zone: "dairy" } });
    expect(router.state.location.search).toBe("?device=cooler-9");
  });

  it("says at once that an id is another device's", async () => {
    const user = userEvent.setup();
    renderPage(<WizardPage />);
    await user.type(await screen.findByLabelText("Device id"), "cooler-9");
    await screen.findByRole("option", { name: "cooler" });
    await user.selectOptions(screen.getByLabelText("Type"), "cooler");
    await user.click(screen.getByRole("button", { name: "Next" }));
    expect(await screen.findByText("is another device's already")).toBeVisible();
    expect(screen.queryByLabelText("Add a tag")).toBeNull();
  });

  it("takes a tag along that was typed and not added, and stays while it is none", async () => {
    beFree();
    const user = userEvent.setup();
    renderPage(<WizardPage />);
    await user.type(await screen.findByLabelText("Device id"), "cooler-9");
    await screen.findByRole("option", { name: "cooler" });
    await user.selectOptions(screen.getByLabelText("Type"), "cooler");
    await user.click(screen.getByRole("button", { name: "Next" }));
    await user.type(await screen.findByLabelText("Add a tag"), "zone dairy");
    await user.click(screen.getByRole("button", { name: "Next" }));
    expect(await screen.findByText(/a tag is letters/)).toBeVisible();
    await user.clear(screen.getByLabelText("Add a tag"));
    await user.type(screen.getByLabelText("Add a tag"), "zone=dairy");
    await user.click(screen.getByRole("button", { name: "Next" }));
    await user.click(await screen.findByRole("button", { name: "Back" }));
    expect(await screen.findByRole("button", { name: "Remove zone=dairy" })).toBeVisible();
  });

  it("warns of a rule on a metric that no device sends", async () => {
    const user = userEvent.setup();
    renderPage(<WizardPage />);
    await goThroughTheSteps(user);
    await user.click(await screen.findByRole("checkbox", { name: "Temperature too high" }));
    expect(await screen.findByText(/^No device has sent temperature within seven days/)).toBeVisible();
    await user.type(screen.getByLabelText("What your devices call temperature"), "temp_c");
    expect(screen.queryByText(/^No device has sent/)).toBeNull();
  });

  it("makes rules from the chosen templates, on the metrics as the devices call them", async () => {
    let sent: unknown;
    answer("post", "/customer/devices", DEVICE, 201);
    server.use(
      http.post("*/customer/alert-rule-templates/apply", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ created: [], skipped: [] });
      }),
    );
    const user = userEvent.setup();
    renderPage(<WizardPage />);
    await goThroughTheSteps(user);
    await user.click(await screen.findByRole("checkbox", { name: "Temperature too high" }));
    await user.type(screen.getByLabelText("What your devices call temperature"), "temp_c");
    await user.click(screen.getByRole("button", { name: "Add the device" }));
    await waitFor(() =>
      expect(sent).toMatchObject({
        template_ids: ["temp_high"],
        metrics: { temperature: "temp_c" },
        scope: { device_types: ["cooler"], device_ids: [] },
      }),
    );
  });

  it("shows which rules watch the device already", async () => {
    const user = userEvent.setup();
    renderPage(<WizardPage />);
    await goThroughTheSteps(user);
    const rules = await screen.findByRole("region", { name: "Rules that watch it already" });
    expect(await within(rules).findByText("Too warm")).toBeVisible();
  });

  it("goes back to the field that the API refuses", async () => {
    answer("post", "/customer/devices", problem(422, "no", [{ field: "device_id", reason: "is taken" }]), 422);
    const user = userEvent.setup();
    renderPage(<WizardPage />);
    await goThroughTheSteps(user);
    await user.click(await screen.findByRole("button", { name: "Add the device" }));
    expect(await screen.findByText("is taken")).toBeVisible();
    expect(screen.getByLabelText("Device id")).toHaveValue("cooler-9");
  });

  it("is accessible at every step", async () => {
    const user = userEvent.setup();
    renderPage(<WizardPage />);
    await screen.findByLabelText("Device id");
    await expectAccessible();
    await goThroughTheSteps(user);
    await screen.findByRole("checkbox", { name: "Temperature too high" });
    await expectAccessible();
  });

  it("stays at the first step while the id makes no sense", async () => {
    const user = userEvent.setup();
    renderPage(<WizardPage />);
    await user.type(await screen.findByLabelText("Device id"), "-cooler");
    await user.click(screen.getByRole("button", { name: "Next" }));
    expect(await screen.findByText(/begins with a letter or digit/)).toBeVisible();
  });

  it("says so when there is no room for another device", async () => {
    answer("get", "/customer/devices/seats", { device_limit: 25, taken: 25, free: 0 });
    renderPage(<WizardPage />);
    expect(await screen.findByText("No more devices may be added")).toBeVisible();
  });

  it("asks for a site first where there is none", async () => {
    answer("get", "/customer/sites", { items: [], next_cursor: null, total: 0 });
    renderPage(<WizardPage />);
    expect(await screen.findByRole("link", { name: "Add a site" })).toHaveAttribute("href", "/sites?new=1");
  });
});

describe("a device that was added", () => {
  it("shows a token once, and fills it into the command to copy", async () => {
    answer("post", "/customer/devices/cooler-9/credentials", { kind: "token", token: "pd_1_secret" }, 201);
    const user = userEvent.setup();
    renderPage(<WizardPage />, { address: "/devices/new?device=cooler-9" });
    await user.click(await screen.findByRole("button", { name: "Issue a token" }));
    expect(await screen.findByText(/Shown this once/)).toBeVisible();
    expect(await screen.findByRole("region", { name: "HTTP" })).toHaveTextContent("Bearer pd_1_secret");
  });

  it("turns from waiting to success when its first message is there", async () => {
    const { queries } = renderPage(<WizardPage />, { address: "/devices/new?device=cooler-9" });
    expect(await screen.findByText("Waiting for its first message")).toBeVisible();
    answer("get", "/customer/devices/cooler-9", {
      ...DEVICE,
      last_seen_at: "2026-11-21T08:01:00Z",
      metrics: [{ metric: "temp_c", value: 4.5, time: "2026-11-21T08:01:00Z" }],
    });
    await queries.invalidateQueries({ queryKey: ["devices"] });
    expect(await screen.findByText("Its first message is here")).toBeVisible();
    expect(screen.getByText("4.5")).toBeVisible();
  });

  it("has examples that may be sent as they stand: of now, and nothing that an alert rule watches", async () => {
    const user = userEvent.setup();
    renderPage(<WizardPage />, { address: "/devices/new?device=cooler-9" });
    for (const [tab, region] of [
      ["mosquitto_pub", "mosquitto_pub"],
      ["Python", "Python"],
      ["HTTP", "HTTP"],
      ["Message", "Message"],
    ] as const) {
      await user.click(await screen.findByRole("tab", { name: tab }));
      const example = await screen.findByRole("region", { name: region });
      expect(example).toHaveTextContent("uptime_s");
      expect(example).not.toHaveTextContent(/temp_c|"ts"|"seq"/);
    }
  });

  it("names the topics that are the device's own", async () => {
    renderPage(<WizardPage />, { address: "/devices/new?device=cooler-9" });
    expect(await screen.findByText("devices/acme/cooler-9/telemetry")).toBeVisible();
    await expectAccessible();
  });

  it("gives no credentials to who may not issue them", async () => {
    renderPage(<WizardPage />, { address: "/devices/new?device=cooler-9", role: "viewer" });
    expect(await screen.findByText(/your role can't/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Issue a token" })).not.toBeInTheDocument();
  });
});

describe("a rule's scope", () => {
  const device = {
    device_id: "cooler-9",
    site_id: "hall-a",
    device_type: "cooler",
    tags: { zone: "dairy", spare: "" },
  };
  it.each([
    ["everything", {}, true],
    ["its type", { device_types: ["freezer", "cooler"] }, true],
    ["another site", { site_ids: ["hall-b"] }, false],
    ["its tags", { tags: { zone: "dairy", spare: "" } }, true],
    ["another value of a tag", { tags: { zone: "meat" } }, false],
    ["its type at another site", { device_types: ["cooler"], site_ids: ["hall-b"] }, false],
    ["a group", { group_ids: ["group-1"] }, null],
    ["a group at another site", { group_ids: ["group-1"], site_ids: ["hall-b"] }, false],
  ])("%s", (_name, scope, expected) => {
    expect(watches({ scope: { ...EVERYTHING, ...scope } }, device)).toBe(expected);
  });
});
