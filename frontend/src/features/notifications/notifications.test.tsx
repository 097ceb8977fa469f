import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { expectAccessible } from "../../../tests/axe";
import { renderPage } from "../../../tests/render";
import { answer, hear, problem, server } from "../../../tests/server";
import NotificationsPage from "./NotificationsPage";

const channel = {
  channel_id: "channel-1",
  version: 3,
  name: "Operations",
  kind: "pagerduty",
  destination: "events.pagerduty.com",
  config: { integration_key: "***", region: "us" },
  enabled: true,
  health: {
    failures_in_a_row: 0,
    failed_attempts_in_a_row: 2,
    last_sent_at: "2026-11-20T10:00:00Z",
    last_failed_at: "2026-11-20T11:00:00Z",
    last_error: "no answer within 10 s",
    disabled_reason: null,
  },
  created_at: "2026-11-01T10:00:00Z",
  updated_at: "2026-11-01T10:00:00Z",
};

const kinds = {
  items: [
    {
      kind: "slack",
      title: "Slack",
      config_schema: {
        type: "object",
        properties: { webhook_url: { type: "string" }, bot_token: { type: "string" }, channel: { type: "string" } },
        oneOf: [{ required: ["webhook_url"] }, { required: ["bot_token"] }],
      },
    },
    {
      kind: "webhook",
      title: "Webhook",
      config_schema: {
        type: "object",
        properties: { body_template: { type: "string", maxLength: 10_000, variables: ["severity", "summary"] } },
      },
    },
    {
      kind: "pagerduty",
      title: "PagerDuty",
      config_schema: {
        type: "object",
        $defs: { Region: { type: "string", enum: ["us", "eu"] } },
        properties: {
          integration_key: { type: "string", writeOnly: true, description: "32 letters and digits" },
          region: { $ref: "#/$defs/Region", default: "us" },
        },
        required: ["integration_key"],
      },
    },
  ],
};

const job = {
  job_id: "job-1",
  alert_id: "alert-1",
  event: "opened",
  step: 0,
  level: null,
  target: "channel-1",
  channel_id: "channel-1",
  kind: "pagerduty",
  reason: "routing rule Night",
  happened_at: "2026-11-20T10:00:00Z",
  status: "FAILED",
  attempts: 2,
  due_at: null,
  outcome: "given up",
  created_at: "2026-11-20T10:00:00Z",
  finished_at: "2026-11-20T10:10:00Z",
  alert: { severity: "HIGH", summary: "temp_c is above 8", device_id: "freezer-1", device_name: "Dairy room" },
};

const route = {
  rule_id: "route-1",
  version: 1,
  name: "Night",
  channel_id: "channel-1",
  channel_name: "Operations",
  channel_enabled: true,
  enabled: true,
  priority: 10,
  stop: true,
  min_severity: "HIGH",
  events: ["opened"],
  alert_types: [],
  site_ids: [],
  group_ids: ["group-1"],
  tags: { region: "north" },
  throttle_minutes: 30,
  created_at: "2026-11-01T10:00:00Z",
  updated_at: "2026-11-01T10:00:00Z",
};

const openAlert = {
  alert_id: "alert-1",
  status: "OPEN",
  severity: "HIGH",
  summary: "Too warm",
  device_id: "freezer-1",
  device_name: "Dairy room",
  details: {},
  opened_at: "2026-11-20T10:00:00Z",
};

const closedAlert = {
  ...openAlert,
  alert_id: "alert-2",
  status: "CLOSED",
  severity: "LOW",
  summary: "Core switch can not be polled",
  device_id: null,
  device_name: null,
  details: { addon_id: "ups_mib_poll", target: { name: "Core switch" } },
  opened_at: "2026-11-20T11:00:00Z",
};

const page = (...items: object[]): object => ({ items, next_cursor: null, total: items.length });

beforeEach(() => {
  answer("get", "/customer/notification-channels", page(channel));
  answer("get", "/customer/notification-channel-kinds", kinds);
  answer("get", "/customer/notification-routing-rules", page(route));
  answer("get", "/customer/device-groups", page());
  answer("get", "/customer/notification-jobs", { items: [job], next_cursor: null });
  answer("get", "/customer/sites", page());
  server.use(
    http.get("*/customer/alerts", ({ request }) => {
      const status = new URL(request.url).searchParams.getAll("status");
      const fit = [closedAlert, openAlert].filter((alert) => status.includes(alert.status));
      return HttpResponse.json({ ...page(...fit), counts: {} });
    }),
  );
});

describe("channels", () => {
  it("shows where each goes and how it is", async () => {
    renderPage(<NotificationsPage />);
    expect(await screen.findByText("2 failed tries in a row")).toBeVisible();
    expect(screen.getByText("no answer within 10 s")).toBeVisible();
    await expectAccessible();
  });

  it("makes the form from the kind's schema, and keeps a secret that nobody has typed anew", async () => {
    let sent: unknown;
    server.use(
      http.put("*/customer/notification-channels/channel-1", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(channel);
      }),
    );
    renderPage(<NotificationsPage />);
    await userEvent.click(await screen.findByRole("button", { name: "Operations" }));
    await userEvent.selectOptions(await screen.findByLabelText("Region (optional)"), "eu");
    await expectAccessible();
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Operations is saved")).toBeVisible();
    expect(sent).toMatchObject({ kind: "pagerduty", config: { integration_key: "***", region: "eu" } });
  });

  it("shows at its field what the API refuses of the configuration", async () => {
    const refusal = problem(422, "check it", [{ field: "config.integration_key", reason: "must be 32 characters" }]);
    answer("put", "/customer/notification-channels/channel-1", refusal, 422);
    renderPage(<NotificationsPage />);
    await userEvent.click(await screen.findByRole("button", { name: "Operations" }));
    await userEvent.type(await screen.findByLabelText("Integration key"), "short");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("must be 32 characters")).toBeVisible();
    expect(screen.getByLabelText("Integration key")).toBeInvalid();
  });

  it("sends one test and shows what the other side really answered", async () => {
    let tests = 0;
    server.use(
      http.post("*/customer/notification-channels/channel-1/test", () => {
        tests += 1;
        const result = {
          ok: false,
          status_code: 403,
          error: "refused",
          answer: "invalid key",
          latency_milliseconds: 87,
        };
        return HttpResponse.json({ ...result, tested_at: "2026-11-21T08:00:00Z" });
      }),
    );
    renderPage(<NotificationsPage />);
    await userEvent.click(await screen.findByRole("button", { name: "Actions for Operations" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Send a test" }));
    expect(await screen.findByText("invalid key")).toBeVisible();
    expect(screen.getByText("403")).toBeVisible();
    expect(screen.getByText("The other side did not take it")).toBeVisible();
    expect(tests).toBe(1);
  });
});

describe("routing rules", () => {
  it("are listed in their order with what they ask for", async () => {
    renderPage(<NotificationsPage />, { address: "/?tab=routing" });
    expect(await screen.findByText("High or graver; opened; in 1 group; tagged region=north")).toBeVisible();
    expect(screen.getByText("once in 30 min for one cause")).toBeVisible();
    await expectAccessible();
  });

  it("tell what an alert would send, and why not", async () => {
    answer("get", "/customer/alerts/alert-1/notification-preview", {
      alert_id: "alert-1",
      event: "opened",
      maintenance: { window_id: "window-1", name: "Defrosting", until: "2026-11-20T12:00:00Z" },
      silent_because: null,
      verdicts: [
        {
          rule_id: "route-1",
          name: "Night",
          channel_id: "channel-1",
          channel_name: "Operations",
          matches: false,
          sends: false,
          spared_because: null,
          objections: ["the device has no tag region"],
        },
        {
          rule_id: "route-2",
          name: "Always",
          channel_id: "channel-1",
          channel_name: "Operations",
          matches: true,
          sends: false,
          spared_because: "told of the same cause within 30 minutes",
          objections: [],
        },
      ],
    });
    renderPage(<NotificationsPage />, { address: "/?tab=routing" });
    await screen.findByRole("option", { name: /Too warm/ });
    await userEvent.selectOptions(screen.getByLabelText("Alert"), "alert-1");
    expect(await screen.findByText("Does not fit: the device has no tag region")).toBeVisible();
    expect(screen.getByText("Fits, but there is no need: told of the same cause within 30 minutes")).toBeVisible();
    expect(screen.getByText(/^Maintenance is on: Defrosting/)).toBeVisible();
  });

  it("are tried on alerts that are told by their names, those not closed yet first", async () => {
    renderPage(<NotificationsPage />, { address: "/?tab=routing" });
    await screen.findByRole("option", { name: /^Dairy room · High · 20 Nov, 10:00 · Too warm$/ });
    await screen.findByRole("option", { name: /^Core switch · Low · 20 Nov, 11:00/ });
    const groups = within(screen.getByLabelText("Alert")).getAllByRole("group");
    expect(groups.map((group) => group.getAttribute("label"))).toEqual(["Not closed yet", "Closed"]);
  });

  it("are saved with everything that was chosen", async () => {
    let sent: unknown;
    server.use(
      http.post("*/customer/notification-routing-rules", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(route, { status: 201 });
      }),
    );
    renderPage(<NotificationsPage />, { address: "/?tab=routing" });
    await userEvent.click(await screen.findByRole("button", { name: "New rule" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.type(dialog.getByLabelText("Name"), "Night");
    await dialog.findByRole("option", { name: "Operations" });
    await userEvent.selectOptions(dialog.getByLabelText("Channel"), "channel-1");
    await userEvent.click(dialog.getByRole("checkbox", { name: "Acknowledged" }));
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Night is saved")).toBeVisible();
    expect(sent).toMatchObject({
      channel_id: "channel-1",
      events: ["opened", "severity_changed", "escalated", "unanswered", "closed"],
      priority: 100,
    });
  });

  it("are numbered as they are asked, say which share an order, and are moved", async () => {
    const second = { ...route, rule_id: "route-2", name: "Weekend", version: 7 };
    answer("get", "/customer/notification-routing-rules", page(route, second));
    const sent = hear("put", "/customer/notification-routing-rules/route-2", second);
    hear("put", "/customer/notification-routing-rules/route-1", route);
    const user = userEvent.setup();
    renderPage(<NotificationsPage />, { address: "/?tab=routing" });
    expect(await screen.findByRole("row", { name: /^1 .*Night/ })).toHaveTextContent("shares order 10: asked by name");
    const up = within(screen.getByRole("row", { name: /^2 .*Weekend/ })).getByRole("button", {
      name: "Ask Weekend earlier",
    });
    answer("get", "/customer/notification-routing-rules", page({ ...second, priority: 0 }, { ...route, priority: 10 }));
    up.focus();
    await user.keyboard("{Enter}");
    expect(up).toHaveAttribute("aria-disabled", "true");
    expect(await screen.findByText("Weekend is asked as number 1")).toBeVisible();
    expect(sent.body).toMatchObject({ priority: 0, name: "Weekend", tags: { region: "north" }, stop: true });
    expect(await screen.findByRole("row", { name: /^1 .*Weekend/ })).not.toHaveTextContent("shares order");
    expect(screen.getByRole("button", { name: "Ask Weekend earlier" })).toHaveAttribute("aria-disabled", "true");
    expect(up).toHaveFocus();
    await expectAccessible();
  });

  it("keep what nobody has changed of them", async () => {
    const sent = hear("put", "/customer/notification-routing-rules/route-1", route);
    renderPage(<NotificationsPage />, { address: "/?tab=routing" });
    await userEvent.click(await screen.findByRole("button", { name: `Actions for ${route.name}` }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Edit" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Save" }));
    expect(await screen.findByText(`${route.name} is saved`)).toBeVisible();
    const { name, channel_id, min_severity, events, group_ids, tags, throttle_minutes, stop } = route;
    expect(sent.body).toMatchObject({
      name,
      channel_id,
      min_severity,
      events,
      group_ids,
      tags,
      throttle_minutes,
      stop,
    });
  });
});

it("says of a new channel that it needs a name, and one of Slack's two ways in", async () => {
  renderPage(<NotificationsPage />, { address: "/?new=slack" });
  expect(await screen.findByLabelText("Webhook URL (this or Bot token)")).toBeVisible();
  expect(screen.getByLabelText("Bot token (this or Webhook URL)")).toBeVisible();
  expect(screen.getByLabelText("Channel (optional)")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(screen.getByLabelText("Name")).toHaveAccessibleDescription("is needed");
  await userEvent.type(screen.getByLabelText("Name"), "Ops");
  expect(screen.queryByText("is needed")).toBeNull();
});

it("offers the variables that a template may name", async () => {
  renderPage(<NotificationsPage />, { address: "/?new=webhook" });
  const template = await screen.findByLabelText("Body template (optional)");
  await userEvent.type(template, "Now ");
  await userEvent.click(screen.getByRole("button", { name: "Add severity to the template" }));
  expect(template).toHaveValue("Now {{ severity }}");
  await expectAccessible();
});

describe("the delivery log", () => {
  it("shows every attempt of a message, and sends one again that was given up", async () => {
    answer("get", "/customer/notification-jobs/job-1", {
      ...job,
      tries: [
        {
          number: 1,
          started_at: "2026-11-20T10:00:00Z",
          latency_milliseconds: 31,
          outcome: "TEMPORARY",
          status_code: 503,
          error: "unavailable",
          answer: "come back later",
        },
      ],
    });
    answer("post", "/customer/notification-jobs/job-1/replay", { ...job, status: "PENDING" });
    renderPage(<NotificationsPage />, { address: "/?tab=deliveries" });
    await userEvent.click(await screen.findByRole("button", { name: "Attempts to reach Operations" }));
    expect(await screen.findByText("1: TEMPORARY 503, 31 ms")).toBeVisible();
    expect(screen.getByText("come back later")).toBeVisible();
    await expectAccessible();
    await userEvent.click(screen.getByRole("button", { name: "Send again" }));
    expect(await screen.findByText("It is on its way again")).toBeVisible();
  });

  it("shows a test that failed, which is made again and not sent again", async () => {
    const test = { ...job, event: "test", alert_id: null, alert: null, reason: "test by Ada" };
    answer("get", "/customer/notification-jobs", { items: [test], next_cursor: null });
    answer("get", "/customer/notification-jobs/job-1", { ...test, tries: [] });
    renderPage(<NotificationsPage />, { address: "/?tab=deliveries" });
    await userEvent.click(await screen.findByRole("button", { name: "Attempts to reach Operations" }));
    expect(await screen.findByText("Not tried yet")).toBeVisible();
    expect(screen.getByRole("cell", { name: "test by Ada" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "Send again" })).toBeNull();
  });

  it("keeps its filters in the address and asks the API for them", async () => {
    const { router } = renderPage(<NotificationsPage />, { address: "/?tab=deliveries" });
    await screen.findByText("given up");
    let asked = "";
    server.use(
      http.get("*/customer/notification-jobs", ({ request }) => {
        asked = new URL(request.url).search;
        return HttpResponse.json({ items: [], next_cursor: null });
      }),
    );
    await userEvent.selectOptions(screen.getByLabelText("Status"), "FAILED");
    expect(await screen.findByText("No delivery fits these filters")).toBeVisible();
    expect(asked).toContain("status=FAILED");
    expect(router.state.location.search).toContain("status=FAILED");
  });

  it("lets who only reads neither test nor send again", async () => {
    renderPage(<NotificationsPage />, { role: "customer" });
    await userEvent.click(await screen.findByRole("button", { name: "Actions for Operations" }));
    expect(await screen.findByRole("menuitem", { name: "Show" })).toBeVisible();
    expect(screen.queryByRole("menuitem", { name: "Send a test" })).toBeNull();
  });
});

it("says in the delivery log which alert and which device each message was about", async () => {
  answer("get", "/customer/notification-jobs", { items: [job], next_cursor: null });
  renderPage(<NotificationsPage />, { address: "/notifications?tab=deliveries" });
  expect(await screen.findByRole("link", { name: "temp_c is above 8" })).toHaveAttribute(
    "href",
    "/alerts?status=ALL&alert=alert-1",
  );
  expect(screen.getByRole("link", { name: "Dairy room · freezer-1" })).toHaveAttribute("href", "/devices/freezer-1");
});
