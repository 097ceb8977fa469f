import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, hear, hearQuery, problem } from "#tests/server";
import SubscriptionsPage from "./SubscriptionsPage";

const MAIN = {
  version: 2,
  subscription_id: "0192d0aa-0000-7000-8000-000000000001",
  tenant_id: "acme",
  tenant_name: "Acme Cold Chain",
  kind: "MAIN",
  parent_subscription_id: null,
  name: "Cold chain",
  plan: "standard",
  description: "",
  status: "ACTIVE",
  status_since: "2026-01-01T00:00:00Z",
  status_reason: "",
  term_start: "2026-01-01T00:00:00Z",
  term_end: "2027-01-01T00:00:30Z",
  days_left: 41,
  status_ends_at: null,
  data_kept_until: null,
  device_limit: 100,
  seat_limit: 120,
  devices: 30,
  seats_free: 90,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};
const SUSPENDED = {
  ...MAIN,
  devices: 31,
  subscription_id: "s-2",
  name: "Held",
  status: "SUSPENDED",
  status_reason: "unpaid",
};
const ADDON = { ...MAIN, subscription_id: "s-3", name: "More", kind: "ADDON", device_limit: 20, seat_limit: 0 };
const RENEWAL = {
  renewal_id: "r-1",
  tenant_id: "acme",
  tenant_name: "Acme Cold Chain",
  subscription_id: MAIN.subscription_id,
  subscription_name: "Cold chain",
  status: "REQUESTED",
  term_days: 365,
  device_limit: 200,
  granted_term_days: null,
  granted_device_limit: null,
  note: "we grow",
  requested_by: "ada@acme.example",
  requested_at: "2026-11-20T08:00:00Z",
  decided_by: null,
  decided_at: null,
  decision: "",
};

beforeEach(() => {
  answer("get", "/operator/subscriptions", { items: [MAIN, SUSPENDED, ADDON], next_cursor: null, total: 3 });
  answer("get", "/operator/subscription-renewals", { items: [RENEWAL], next_cursor: null });
});

async function choose(name: string, item: string) {
  await userEvent.click(await screen.findByRole("button", { name: `Actions for ${name}` }));
  await userEvent.click(await screen.findByRole("menuitem", { name: item }));
}

it("shows whose they are, their seats and their terms, and how many renewals wait", async () => {
  renderPage(<SubscriptionsPage />, { role: "operator" });
  expect(await screen.findByRole("img", { name: "30 of 120" })).toBeVisible();
  expect(screen.getByText("20 seats for its main one")).toBeVisible();
  expect(screen.getAllByText("Acme Cold Chain", { selector: "td *" })).toHaveLength(3);
  expect(screen.getByText("unpaid")).toBeVisible();
  expect(await screen.findByRole("tab", { name: "Renewals 1" })).toBeVisible();
  await expectAccessible();
});

it("keeps its filters in the address, and asks the API for them", async () => {
  const asked = hearQuery("/operator/subscriptions", { items: [], next_cursor: null, total: 0 });
  const { router } = renderPage(<SubscriptionsPage />, { role: "operator", address: "/?tenant=acme" });
  expect(await screen.findByText("No subscription fits")).toBeVisible();
  await userEvent.selectOptions(screen.getByLabelText("Kind"), "TRIAL");
  await userEvent.selectOptions(screen.getByLabelText("Term ends"), "30");
  expect(router.state.location.search).toBe("?tenant=acme&kind=TRIAL&ending=30");
  await vi.waitFor(() =>
    expect(asked.search).toBe("?tenant_id=acme&kind=TRIAL&ending_within_days=30&sort=term_end&order=asc&limit=50"),
  );
});

it("sorts by the column that is clicked", async () => {
  const asked = hearQuery("/operator/subscriptions", { items: [MAIN], next_cursor: null, total: 1 });
  renderPage(<SubscriptionsPage />, { role: "operator" });
  await userEvent.click(await screen.findByRole("button", { name: "Devices" }));
  await vi.waitFor(() => expect(asked.search).toContain("sort=devices&order=desc"));
});

it("grants a tenant a subscription", async () => {
  const heard = hear("post", "/operator/subscriptions", MAIN, 201);
  renderPage(<SubscriptionsPage />, { role: "operator", address: "/?tenant=acme&new=1" });
  const dialog = within(await screen.findByRole("dialog"));
  await dialog.findByRole("option", { name: "Acme Cold Chain" });
  expect(dialog.getByLabelText("Tenant")).toHaveValue("acme");
  await userEvent.type(dialog.getByLabelText("Name"), "Cold chain");
  await userEvent.type(dialog.getByLabelText("Days"), "0");
  await userEvent.click(dialog.getByRole("button", { name: "Create the subscription" }));
  expect(await dialog.findByText("is a whole number from 1 to 1827, or empty")).toBeVisible();
  await userEvent.clear(dialog.getByLabelText("Days"));
  await userEvent.click(dialog.getByRole("button", { name: "Create the subscription" }));
  expect(await screen.findByText("acme has Cold chain")).toBeVisible();
  expect(heard.body).toEqual({
    tenant_id: "acme",
    kind: "MAIN",
    name: "Cold chain",
    plan: "",
    description: "",
    device_limit: 100,
    term_days: null,
  });
});

it("asks of additional seats which subscription they add to, and of no term", async () => {
  const heard = hear("post", "/operator/subscriptions", ADDON, 201);
  renderPage(<SubscriptionsPage />, { role: "operator", address: "/?tenant=acme&new=1" });
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText("Name"), "More");
  await userEvent.selectOptions(dialog.getByLabelText("Kind"), "ADDON");
  expect(dialog.queryByLabelText("Days")).toBeNull();
  await userEvent.click(dialog.getByRole("button", { name: "Create the subscription" }));
  expect(await dialog.findByText("is needed: seats are added to one")).toBeVisible();
  const mains = dialog.getByLabelText("Seats beside those of");
  expect(
    within(mains)
      .getAllByRole("option")
      .map(({ textContent }) => textContent),
  ).toEqual(["Choose a subscription", "Cold chain (standard)", "Held (standard)"]);
  await userEvent.selectOptions(mains, "Cold chain (standard)");
  await userEvent.click(dialog.getByRole("button", { name: "Create the subscription" }));
  expect(await screen.findByText("acme has More")).toBeVisible();
  expect(heard.body).toMatchObject({ kind: "ADDON", parent_subscription_id: MAIN.subscription_id });
  expect(heard.body).not.toHaveProperty("term_days");
});

it("changes seats without touching the end of the term", async () => {
  const heard = hear("patch", `/operator/subscriptions/${MAIN.subscription_id}`, MAIN);
  renderPage(<SubscriptionsPage />, { role: "operator" });
  await choose("Cold chain", "Change");
  const field = await screen.findByLabelText("Devices, at most");
  await userEvent.clear(field);
  await userEvent.type(field, "150{Enter}");
  expect(await screen.findByText("Cold chain is changed")).toBeVisible();
  expect(heard).toEqual({
    body: { name: "Cold chain", plan: "standard", description: "", device_limit: 150 },
    version: '"2"',
  });
});

it("suspends with a reason", async () => {
  const heard = hear("post", `/operator/subscriptions/${MAIN.subscription_id}/suspend`, MAIN);
  renderPage(<SubscriptionsPage />, { role: "operator" });
  await choose("Cold chain", "Suspend");
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.click(dialog.getByRole("button", { name: "Suspend" }));
  expect(await dialog.findByText("is needed")).toBeVisible();
  await userEvent.type(dialog.getByLabelText("Why"), "unpaid{Enter}");
  expect(await screen.findByText("Cold chain is suspended")).toBeVisible();
  expect(heard).toEqual({ body: { reason: "unpaid" }, version: '"2"' });
});

it("ends a suspension", async () => {
  answer("post", "/operator/subscriptions/s-2/resume", { ...SUSPENDED, status: "ACTIVE" });
  renderPage(<SubscriptionsPage />, { role: "operator" });
  await choose("Held", "End the suspension");
  expect(await screen.findByText("Held is no longer suspended")).toBeVisible();
});

it("moves devices to another subscription", async () => {
  const heard = hear("post", `/operator/subscriptions/${MAIN.subscription_id}/devices`, MAIN);
  renderPage(<SubscriptionsPage />, { role: "operator" });
  await choose("Cold chain", "Move devices here");
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText("Device ids"), "fridge-1,fridge-2,");
  await userEvent.click(dialog.getByRole("button", { name: "Move" }));
  expect(await screen.findByText("2 devices moved to Cold chain")).toBeVisible();
  expect(heard.body).toEqual({ device_ids: ["fridge-1", "fridge-2"] });
});

it("offers nothing for additional seats that only their main subscription has", async () => {
  renderPage(<SubscriptionsPage />, { role: "operator" });
  await userEvent.click(await screen.findByRole("button", { name: "Actions for More" }));
  expect((await screen.findAllByRole("menuitem")).map((item) => item.textContent)).toEqual(["Change"]);
});

it("tells what became of a subscription", async () => {
  answer("get", `/operator/subscriptions/${MAIN.subscription_id}/events`, {
    items: [
      {
        event_id: 1,
        subscription_id: MAIN.subscription_id,
        time: "2026-11-01T08:00:00Z",
        event: "status_changed",
        actor: "system",
        from_status: "TRIAL",
        to_status: "ACTIVE",
        detail: {},
      },
    ],
    next_cursor: null,
  });
  renderPage(<SubscriptionsPage />, { role: "operator", address: `/?subscription=${MAIN.subscription_id}` });
  expect(await screen.findByText("Status changed: Active")).toBeVisible();
  await expectAccessible();
});

it("grants a renewal as it was asked for, or otherwise", async () => {
  const heard = hear("post", "/operator/subscription-renewals/r-1/grant", { ...RENEWAL, status: "GRANTED" });
  renderPage(<SubscriptionsPage />, { role: "operator", address: "/?tab=renewals" });
  expect(await screen.findByText("365 days, 200 seats")).toBeVisible();
  expect(screen.getByText("we grow")).toBeVisible();
  await expectAccessible();
  await userEvent.click(screen.getByRole("button", { name: "Grant the renewal of Cold chain" }));
  const days = await screen.findByLabelText("Days granted");
  await userEvent.clear(days);
  await userEvent.type(days, "30{Enter}");
  expect(await screen.findByText("The renewal of Cold chain is granted")).toBeVisible();
  expect(heard.body).toEqual({ term_days: 30, device_limit: 200, note: "" });
});

it("refuses a renewal with a reason", async () => {
  const heard = hear("post", "/operator/subscription-renewals/r-1/refuse", { ...RENEWAL, status: "REFUSED" });
  renderPage(<SubscriptionsPage />, { role: "operator", address: "/?tab=renewals" });
  await userEvent.click(await screen.findByRole("button", { name: "Refuse the renewal of Cold chain" }));
  await userEvent.type(await screen.findByLabelText("Why"), "pay first{Enter}");
  expect(await screen.findByText("The renewal of Cold chain is refused")).toBeVisible();
  expect(heard.body).toEqual({ reason: "pay first" });
});

it("says what the API has against it", async () => {
  answer("post", "/operator/subscription-renewals/r-1/grant", problem(409, "it was withdrawn meanwhile"), 409);
  renderPage(<SubscriptionsPage />, { role: "operator", address: "/?tab=renewals" });
  await userEvent.click(await screen.findByRole("button", { name: "Grant the renewal of Cold chain" }));
  await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Grant" }));
  expect(await screen.findByText("it was withdrawn meanwhile")).toBeVisible();
});
