import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, problem, server } from "#tests/server";
import { subscriptionText } from "@/components/text";
import SubscriptionsPage from "./SubscriptionsPage";

const SUBSCRIPTION = {
  version: 1,
  subscription_id: "s-1",
  tenant_id: "acme",
  kind: "MAIN",
  parent_subscription_id: null,
  name: "Cold chain",
  plan: "standard",
  description: "",
  status: "GRACE",
  status_since: "2026-11-01T08:00:00Z",
  status_reason: "the term is over",
  term_start: "2025-11-01T08:00:00Z",
  term_end: "2026-11-01T08:00:00Z",
  days_left: -20,
  status_ends_at: null,
  data_kept_until: null,
  device_limit: 100,
  seat_limit: 100,
  devices: 25,
  seats_free: 75,
  created_at: "2025-11-01T08:00:00Z",
  updated_at: "2025-11-01T08:00:00Z",
};
const SUMMARY = { is_restricted: false, seat_limit: 100, devices: 25, seats_free: 75 };
const RENEWAL = {
  renewal_id: "r-1",
  tenant_id: "acme",
  subscription_id: "s-1",
  subscription_name: "Cold chain",
  status: "REQUESTED",
  term_days: 365,
  granted_term_days: null,
  granted_device_limit: null,
  device_limit: 200,
  note: "",
  requested_by: "ada@acme.example",
  requested_at: "2026-11-20T08:00:00Z",
  decided_by: null,
  decided_at: null,
  decision: "",
};

function answerWith(summary: object, ...items: object[]): void {
  answer("get", "/customer/subscriptions", { items, next_cursor: null, total: items.length, summary });
}

beforeEach(() => {
  answerWith(SUMMARY, SUBSCRIPTION);
  answer("get", "/customer/subscription-renewals", { items: [], next_cursor: null });
});

it("shows what there is, how much of it is used, and how long it lasts", async () => {
  renderPage(<SubscriptionsPage />);
  expect(await screen.findByText("Over, still working", { selector: "span" })).toBeVisible();
  expect(screen.getByText("75 more devices can be added.")).toBeVisible();
  expect(screen.getByText("over")).toBeVisible();
  await expectAccessible();
});

it.each([
  [{ ...SUMMARY, seats_free: 0 }, "Every seat is taken: no device can be added."],
  [{ ...SUMMARY, is_restricted: true }, /nothing can be changed/],
])("points out what no longer goes", async (summary, told) => {
  answerWith(summary, SUBSCRIPTION);
  renderPage(<SubscriptionsPage />);
  expect(await screen.findByText(told)).toBeVisible();
});

it("tells what became of a subscription", async () => {
  const event = {
    event_id: 1,
    subscription_id: "s-1",
    time: "2026-11-01T08:00:00Z",
    event: "term_over",
    actor: "clock",
  };
  answer("get", "/customer/subscription-events", {
    items: [{ ...event, from_status: "ACTIVE", to_status: "GRACE", detail: {} }],
    next_cursor: null,
  });
  const { router } = renderPage(<SubscriptionsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "History of Cold chain" }));
  expect(await screen.findByText("Term over: Over, still working")).toBeVisible();
  expect(router.state.location.search).toBe("?subscription=s-1");
  await expectAccessible();
});

it("asks for another term with more seats", async () => {
  let sent: unknown;
  server.use(
    http.post("*/customer/subscriptions/s-1/renewals", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(RENEWAL, { status: 201 });
    }),
  );
  renderPage(<SubscriptionsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Ask for a renewal" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText("Devices, at most"), "many");
  await userEvent.click(dialog.getByRole("button", { name: "Ask" }));
  expect(await dialog.findByText("is a whole number, or empty")).toBeVisible();
  await userEvent.clear(dialog.getByLabelText("Devices, at most"));
  await userEvent.type(dialog.getByLabelText("Devices, at most"), "200{Enter}");
  expect(await screen.findByText("A renewal of Cold chain is asked for")).toBeVisible();
  expect(sent).toEqual({ term_days: 365, device_limit: 200, note: "" });
});

it("withdraws what is not decided yet", async () => {
  answer("get", "/customer/subscription-renewals", { items: [RENEWAL], next_cursor: null });
  answer("delete", "/customer/subscription-renewals/r-1", null, 204);
  renderPage(<SubscriptionsPage />);
  expect(await screen.findByText("365 days, 200 devices")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Withdraw" }));
  expect(await screen.findByText("The request is withdrawn")).toBeVisible();
});

it("says why the list can't be read", async () => {
  answer("get", "/customer/subscriptions", problem(503, "the database is away"), 503);
  renderPage(<SubscriptionsPage />);
  expect(await screen.findByText("the database is away")).toBeVisible();
});

it("lets a viewer read, and ask for nothing", async () => {
  answer("get", "/customer/subscription-renewals", { items: [RENEWAL], next_cursor: null });
  renderPage(<SubscriptionsPage />, { role: "viewer" });
  await screen.findByText("365 days, 200 devices");
  expect(screen.queryByRole("button", { name: "Ask for a renewal" })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Withdraw" })).not.toBeInTheDocument();
});

it.each([
  [-1, "over"],
  [0, "ends today"],
  [1, "1 day left"],
  [20, "20 days left"],
])("%s days left are told as %s", (days, told) => {
  expect(subscriptionText.left(days)).toBe(told);
});
