import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, problem, server } from "#tests/server";
import AddonPage from "./AddonPage";
import AddonsPage from "./AddonsPage";

const SUMMARY = {
  version: 3,
  addon_id: "prtg",
  name: "PRTG",
  vendor: "Paessler",
  description: "Sensors of PRTG",
  addon_version: "1.0.0",
  category: "network",
  method: "webhook",
  made_by: "BUILT_IN",
  enabled: true,
};
const ADDON = {
  ...SUMMARY,
  setup: "Add a notification template",
  documentation_url: null,
  manifest: { id: "prtg" },
  alerts: [
    {
      type: "SENSOR_DOWN",
      title: "{sensor} is down",
      category: "network",
      enabled: true,
      severity: "HIGH",
      severity_field: "level",
      override: null,
    },
    {
      type: "SENSOR_WARNING",
      title: "{sensor} warns",
      category: "network",
      enabled: false,
      severity: "LOW",
      severity_field: null,
      override: { enabled: false, severity: null },
    },
  ],
};
const PAGE = { path: "/addons/:addonId", address: "/addons/prtg" };

let chosen: unknown;
beforeEach(() => {
  chosen = undefined;
  answer("get", "/customer/addons", {
    items: [
      SUMMARY,
      { ...SUMMARY, addon_id: "grafana", name: "Grafana", description: "Dashboards", vendor: "Grafana Labs" },
    ],
  });
  answer("get", "/customer/addons/prtg", ADDON);
  server.use(
    http.put("*/customer/addons/prtg", async ({ request }) => {
      chosen = await request.json();
      return HttpResponse.json(ADDON);
    }),
  );
});

it("finds an addon among all that there are", async () => {
  renderPage(<AddonsPage />, { address: "/addons?q=paessler" });
  expect(await screen.findByRole("link", { name: "PRTG" })).toHaveAttribute("href", "/addons/prtg");
  expect(screen.queryByText("Grafana")).not.toBeInTheDocument();
  await expectAccessible();
});

it("switches an addon off and keeps what was chosen for its alerts", async () => {
  const user = userEvent.setup();
  renderPage(<AddonsPage />);
  await user.click(await screen.findByRole("switch", { name: "Use PRTG" }));
  await waitFor(() =>
    expect(chosen).toEqual({ enabled: false, overrides: { SENSOR_WARNING: { enabled: false, severity: null } } }),
  );
});

it("says where a message has a say in the severity", async () => {
  renderPage(<AddonPage />, PAGE);
  const down = await screen.findByRole("combobox", { name: "Severity of Sensor down" });
  expect(within(down).getByRole("option", { name: "as the message says, else High" })).toBeInTheDocument();
  const warning = screen.getByRole("combobox", { name: "Severity of Sensor warning" });
  expect(within(warning).getByRole("option", { name: "Low", selected: true })).toBeInTheDocument();
});

it("gives a type of alert another severity, and leaves the others as they are", async () => {
  const user = userEvent.setup();
  renderPage(<AddonPage />, PAGE);
  await user.selectOptions(await screen.findByRole("combobox", { name: "Severity of Sensor down" }), "Critical");
  await waitFor(() =>
    expect(chosen).toEqual({
      enabled: true,
      overrides: {
        SENSOR_DOWN: { enabled: null, severity: "CRITICAL" },
        SENSOR_WARNING: { enabled: false, severity: null },
      },
    }),
  );
  await expectAccessible();
});

it("leads from an addon that asks to its targets", async () => {
  answer("get", "/customer/addons/prtg", { ...ADDON, method: "snmp_poll" });
  renderPage(<AddonPage />, PAGE);
  expect(await screen.findByRole("link", { name: "What it asks" })).toHaveAttribute("href", "/targets?addon=prtg");
});

it("shows what a pasted payload would raise and clear", async () => {
  const device = { id: null, name: "switch-7", address: "10.0.0.7" };
  const event = { type: "SENSOR_DOWN", fingerprint: "f1", device, occurred_at: "2026-11-21T12:00:00Z" };
  let asked: unknown;
  server.use(
    http.post("*/customer/addon-trials", async ({ request }) => {
      asked = await request.json();
      return HttpResponse.json({
        ok: true,
        error: null,
        events: [
          { ...event, kind: "RAISE", severity: "HIGH", summary: "Ping is down", category: "network", fields: {} },
          { ...event, kind: "CLEAR", severity: null, summary: null, category: null, fields: {} },
        ],
        ignored: [{ reason: "the state is paused", fields: {} }],
      });
    }),
  );
  const user = userEvent.setup();
  renderPage(<AddonPage />, PAGE);
  await user.click(await screen.findByRole("textbox", { name: "Payload" }));
  await user.paste('{"state": "Down"}');
  await user.click(screen.getByRole("button", { name: "Try it" }));
  expect(await screen.findByText("Ping is down")).toBeInTheDocument();
  expect(screen.getByText("Clears")).toBeInTheDocument();
  expect(screen.getByText("Left out: the state is paused")).toBeInTheDocument();
  expect(asked).toMatchObject({ addon_id: "prtg", payload: '{"state": "Down"}' });
});

it("says why a payload can't be read", async () => {
  answer("post", "/customer/addon-trials", { ok: false, error: "this is no JSON", events: [], ignored: [] });
  const user = userEvent.setup();
  renderPage(<AddonPage />, PAGE);
  await user.type(await screen.findByRole("textbox", { name: "Payload" }), "nonsense");
  await user.click(screen.getByRole("button", { name: "Try it" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("this is no JSON");
});

it("uploads a manifest, and says where it is wrong", async () => {
  const wrong = [{ field: "manifest.alerts.0.severity", reason: "must be one of critical, major" }];
  answer("post", "/customer/addons", problem(400, "the manifest is refused", wrong), 400);
  const user = userEvent.setup();
  renderPage(<AddonsPage />, { address: "/addons?new=1" });
  const dialog = await screen.findByRole("dialog", { name: "Upload an addon" });
  await user.click(within(dialog).getByRole("textbox", { name: "Manifest" }));
  await user.paste("[]");
  await user.click(within(dialog).getByRole("button", { name: "Upload" }));
  expect(await within(dialog).findByText("must be a JSON object")).toBeInTheDocument();
  await user.clear(within(dialog).getByRole("textbox", { name: "Manifest" }));
  await user.paste('{"id": "own"}');
  await user.click(within(dialog).getByRole("button", { name: "Upload" }));
  expect(await within(dialog).findByText(/alerts\.0\.severity/)).toBeInTheDocument();
});

it("offers a viewer nothing to change", async () => {
  renderPage(<AddonPage />, { ...PAGE, role: "viewer" });
  expect(await screen.findByRole("switch", { name: "Alert of Sensor down" })).toBeDisabled();
  expect(screen.queryByRole("combobox")).not.toBeInTheDocument();
  expect(screen.queryByRole("textbox")).not.toBeInTheDocument();
});
