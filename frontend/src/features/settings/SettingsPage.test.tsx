import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, problem, server } from "#tests/server";
import { ratesInWords } from "@/components/LimitFacts";
import SettingsPage from "./SettingsPage";

const TENANT = {
  version: 3,
  tenant_id: "acme",
  name: "Acme",
  timezone: "UTC",
  ip_allowlist: [],
  called_from: "203.0.113.7",
  created_at: "2026-10-01T08:00:00Z",
  limits: { api_user: "100:60,1000:3600" },
};
const DIGEST = {
  version: 1,
  enabled: false,
  cadence: "WEEKLY",
  weekday: "monday",
  hour: 8,
  timezone: "UTC",
  recipients: [],
  next_at: null,
  last_run: null,
};
const LIMIT = {
  version: 4,
  alerts_per_hour: null,
  limits: [{ alerts: 1000, seconds: 3600, opened: 12 }],
  held: 2,
  held_since: "2026-11-21T12:00:00Z",
};

beforeEach(() => {
  answer("get", "/customer/tenant", TENANT);
  answer("get", "/customer/digest", DIGEST);
  answer("get", "/customer/alert-limit", LIMIT);
});

/** What is sent by a change, and of which version. */
function watch(method: "put" | "patch", path: string, result: object): { body?: unknown; version?: string | null } {
  const seen: { body?: unknown; version?: string | null } = {};
  server.use(
    http[method](`*${path}`, async ({ request }) => {
      seen.body = await request.json();
      seen.version = request.headers.get("if-match");
      return HttpResponse.json(result);
    }),
  );
  return seen;
}

async function form(name: string) {
  return within(await screen.findByRole("form", { name }));
}

it("shows what is set, and the limits in words", async () => {
  renderPage(<SettingsPage />);
  expect(await screen.findByDisplayValue("Acme")).toBeVisible();
  expect(screen.getByText("100 in 1 min, 1,000 in 1 h")).toBeVisible();
  expect(screen.getByText("12 of 1,000 in the last 1 h")).toBeVisible();
  expect(screen.getByText(/2 alerts held back/)).toBeVisible();
  await expectAccessible();
});

it("saves the organisation's name of the version that was read", async () => {
  const seen = watch("patch", "/customer/tenant", { ...TENANT, name: "Acme Foods", version: 4 });
  renderPage(<SettingsPage />);
  const profile = await form("Organisation");
  expect(profile.getByRole("button", { name: "Save" })).toBeDisabled();
  await userEvent.type(profile.getByLabelText("Name"), " Foods{Enter}");
  expect(await screen.findByText("The settings are saved")).toBeVisible();
  expect(seen).toEqual({ body: { name: "Acme Foods", timezone: "UTC" }, version: '"3"' });
});

it("says at the networks that they would shut their author out", async () => {
  const errors = [{ field: "ip_allowlist", reason: "would shut you out: you call from 203.0.113.7" }];
  answer("patch", "/customer/tenant", problem(400, "no", errors), 400);
  renderPage(<SettingsPage />);
  const access = await form("Where it may be called from");
  await userEvent.type(access.getByLabelText("Networks"), "192.0.2.0/24{Enter}");
  await userEvent.click(access.getByRole("button", { name: "Save networks" }));
  expect(await access.findByText("would shut you out: you call from 203.0.113.7")).toBeVisible();
  const seen = watch("patch", "/customer/tenant", TENANT);
  await userEvent.click(access.getByRole("button", { name: "Add my address" }));
  await userEvent.click(access.getByRole("button", { name: "Save networks" }));
  expect(await screen.findByText("The networks hold within a minute")).toBeVisible();
  expect(seen.body).toEqual({ ip_allowlist: ["192.0.2.0/24", "203.0.113.7"] });
});

it("switches the digest on once there is somebody to send it to", async () => {
  const seen = watch("put", "/customer/digest", { ...DIGEST, enabled: true });
  renderPage(<SettingsPage />);
  const digest = await form("Digest");
  await userEvent.click(digest.getByRole("switch", { name: "Send it" }));
  await userEvent.click(digest.getByRole("button", { name: "Save digest" }));
  expect(await digest.findByText("needs somebody to go to")).toBeVisible();
  await userEvent.type(digest.getByLabelText("To"), "ops@acme.example{Enter}");
  await userEvent.selectOptions(digest.getByLabelText("How often"), "DAILY");
  expect(digest.queryByLabelText("On")).not.toBeInTheDocument();
  await userEvent.selectOptions(digest.getByLabelText("At"), "6");
  await userEvent.click(digest.getByRole("button", { name: "Save digest" }));
  expect(await screen.findByText("The digest is saved")).toBeVisible();
  expect(seen.body).toMatchObject({ enabled: true, cadence: "DAILY", hour: 6, recipients: ["ops@acme.example"] });
});

it("shows what the digest would say", async () => {
  answer("get", "/customer/digest/preview", {
    recipients: [],
    subject: "Acme: a calm week",
    text: "No alert.",
    html: "",
  });
  renderPage(<SettingsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Show what it would say" }));
  expect(await screen.findByText("Acme: a calm week")).toBeVisible();
  expect(screen.getByRole("region", { name: "Text" })).toHaveTextContent("No alert.");
});

it("limits the alerts of an hour, or not", async () => {
  const seen = watch("put", "/customer/alert-limit", LIMIT);
  renderPage(<SettingsPage />);
  const limit = await form("Alerts at once");
  const field = limit.getByLabelText("Alerts in an hour, at most");
  await userEvent.type(field, "0");
  await userEvent.click(limit.getByRole("button", { name: "Save limit" }));
  expect(await limit.findByText("is a whole number from 1 to 1,000,000, or empty")).toBeVisible();
  await userEvent.clear(field);
  await userEvent.type(field, "50{Enter}");
  expect(await screen.findByText("The limit is saved")).toBeVisible();
  expect(seen).toEqual({ body: { alerts_per_hour: 50 }, version: '"4"' });
});

it("lets a viewer read, and change nothing", async () => {
  renderPage(<SettingsPage />, { role: "viewer" });
  expect(await screen.findByDisplayValue("Acme")).toBeDisabled();
  expect(screen.queryByRole("button", { name: /Save/ })).not.toBeInTheDocument();
  expect(screen.queryByRole("form", { name: "Digest" })).not.toBeInTheDocument();
});

it.each([
  ["1:1", "1 in 1 s"],
  ["100:60,2000:3600", "100 in 1 min, 2,000 in 1 h"],
])("the rates %s are %s", (rates, words) => {
  expect(ratesInWords(rates)).toBe(words);
});
