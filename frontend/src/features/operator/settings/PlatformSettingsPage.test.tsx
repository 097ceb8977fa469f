import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, hear, problem } from "#tests/server";
import PlatformSettingsPage from "./PlatformSettingsPage";

const LIMIT = {
  version: 3,
  name: "api_tenant",
  description: "Requests of a tenant",
  default_rates: "1000:1,9000:60",
  exceptions: 2,
};
const KEY = {
  key_id: "k1",
  name: "Hall",
  scope: "noc",
  created_at: "2026-11-01T08:00:00Z",
  created_by: "op@pulse.example",
  expires_at: "2999-01-01T00:00:00Z",
  last_used_at: null,
  last_used_ip: null,
  revoked_at: null,
};

beforeEach(() => {
  answer("get", "/operator/settings", {
    stage: "prod",
    max_payload_bytes: 16_384,
    retention_days: {
      telemetry: 90,
      telemetry_summaries: 730,
      system_metrics: 90,
      connections: 30,
      commands: 30,
      quarantine: 30,
      notifications: 180,
    },
    limits: [
      LIMIT,
      { ...LIMIT, name: "claim", description: "Claims of a factory", default_rates: "5:60", exceptions: 0 },
    ],
  });
  answer("get", "/operator/keys", {
    items: [
      KEY,
      { ...KEY, key_id: "k2", name: "Old", revoked_at: "2026-11-02T08:00:00Z" },
      { ...KEY, key_id: "k3", name: "Late", scope: "metrics", expires_at: "2026-01-01T00:00:00Z" },
    ],
    next_cursor: null,
    total: 3,
  });
});

it("shows what holds for everybody, and offers who only reads nothing to change", async () => {
  renderPage(<PlatformSettingsPage />, { role: "operator" });
  expect(await screen.findByText("16.4 kB")).toBeVisible();
  expect(screen.getByText("730 days")).toBeVisible();
  expect(screen.getByText("2 tenants")).toBeVisible();
  expect(screen.getByText("1,000 in 1 s, 9,000 in 1 min")).toBeVisible();
  expect(screen.queryByRole("button", { name: /^Change/ })).toBeNull();
  await expectAccessible();
});

it("finds limits by name and by what they are for", async () => {
  renderPage(<PlatformSettingsPage />, { role: "operator", address: "/?q=factory" });
  expect(await screen.findByText("claim")).toBeVisible();
  expect(screen.queryByText("api_tenant")).toBeNull();
});

it("changes a limit from the version that was shown", async () => {
  const heard = hear("put", "/operator/settings/limits/api_tenant", LIMIT);
  renderPage(<PlatformSettingsPage />, { role: "operator-admin" });
  await userEvent.click(await screen.findByRole("button", { name: "Change Requests of everybody together" }));
  const field = await screen.findByLabelText("Requests: seconds");
  await userEvent.clear(field);
  await userEvent.type(field, "a lot{Enter}");
  expect(await screen.findByText("is written as requests:seconds, several with commas between them")).toBeVisible();
  await userEvent.clear(field);
  await userEvent.type(field, "2000:1,9000:60{Enter}");
  expect(await screen.findByText("Changed: Requests of everybody together")).toBeVisible();
  expect(heard).toEqual({ body: { default_rates: "2000:1,9000:60" }, version: '"3"' });
});

it("lists keys with what became of them, and revokes one that is in use after it asked", async () => {
  const heard = hear("delete", "/operator/keys/k1", null, 204);
  renderPage(<PlatformSettingsPage />, { role: "operator-admin", address: "/?tab=keys" });
  expect(await screen.findByText("Revoked")).toBeVisible();
  expect(screen.getByText("Expired")).toBeVisible();
  expect(screen.getAllByRole("button", { name: /^Revoke/ })).toHaveLength(1);
  await expectAccessible();
  await userEvent.click(screen.getByRole("button", { name: "Revoke Hall" }));
  await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Revoke" }));
  expect(await screen.findByText("Hall is revoked")).toBeVisible();
  expect(heard.body).toBeNull();
});

it("makes an address for a wall screen, whose key stands behind the # alone", async () => {
  const heard = hear("post", "/operator/keys", { ...KEY, key: "pulseop_k1_secret" }, 201);
  renderPage(<PlatformSettingsPage />, { role: "operator-admin", address: "/?tab=keys&new=noc" });
  await userEvent.type(await screen.findByLabelText("Name"), "Hall{Enter}");
  expect(await screen.findByRole("region", { name: "Address for the screen" })).toHaveTextContent(
    `${location.origin}/app/wall#pulseop_k1_secret`,
  );
  expect(heard.body).toMatchObject({ name: "Hall", scope: "noc" });
  await userEvent.click(screen.getByRole("button", { name: "I have kept it" }));
  expect(screen.queryByText(/pulseop_k1_secret/)).toBeNull();
});

it("shows a program its key apart from the configuration that is committed", async () => {
  hear("post", "/operator/keys", { ...KEY, scope: "metrics", key: "pulseop_k1_secret" }, 201);
  renderPage(<PlatformSettingsPage />, { role: "operator-admin", address: "/?tab=keys&new=noc" });
  await userEvent.type(await screen.findByLabelText("Name"), "Prometheus");
  await userEvent.selectOptions(screen.getByLabelText("Opens"), "metrics");
  await userEvent.click(screen.getByRole("button", { name: "Make the key" }));
  expect(await screen.findByRole("region", { name: "Key" })).toHaveTextContent("pulseop_k1_secret");
  expect(screen.getByRole("region", { name: "For prometheus.yml" })).not.toHaveTextContent("pulseop_k1_secret");
});

it("lets who only reads make and revoke no key", async () => {
  renderPage(<PlatformSettingsPage />, { role: "operator", address: "/?tab=keys&new=noc" });
  await screen.findByText("Hall");
  expect(screen.queryByRole("button", { name: "New key" })).toBeNull();
  expect(screen.queryByRole("dialog")).toBeNull();
});

it("says why the settings can't be read", async () => {
  answer("get", "/operator/settings", problem(503, "the database is away"), 503);
  renderPage(<PlatformSettingsPage />, { role: "operator" });
  expect(await screen.findByText("the database is away")).toBeVisible();
});
