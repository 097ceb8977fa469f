import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { expectAccessible } from "../../../tests/axe";
import { renderPage } from "../../../tests/render";
import { answer, problem, server } from "../../../tests/server";
import PoliciesPage from "./PoliciesPage";
import PolicyPage from "./PolicyPage";

const policy = {
  policy_id: "policy-1",
  version: 5,
  name: "Day and night",
  description: "",
  is_default: true,
  levels: [
    { delay_minutes: 5, targets: [{ kind: "schedule", schedule_id: "schedule-1" }] },
    { delay_minutes: 20, targets: [{ kind: "email", email: "boss@acme.example" }] },
  ],
  repeat: 1,
  acknowledgement_timeout_minutes: null,
  created_at: "2026-11-01T10:00:00Z",
  updated_at: "2026-11-01T10:00:00Z",
};

const page = (...items: object[]): object => ({ items, next_cursor: null, total: items.length });
const address = { address: "/escalation-policies/policy-1", path: "/escalation-policies/:policyId" };

beforeEach(() => {
  answer("get", "/customer/escalation-policies", page(policy));
  answer("get", "/customer/escalation-policies/policy-1", policy);
  answer("get", "/customer/oncall-schedules", page({ schedule_id: "schedule-1", name: "Cold stores" }));
  answer("get", "/customer/notification-channels", page({ channel_id: "channel-1", name: "Operations" }));
  answer("get", "/customer/alert-rules", page({ escalation_policy_id: "policy-1" }, { escalation_policy_id: null }));
});

describe("the list of policies", () => {
  it("says who is told how soon, and where each policy is used", async () => {
    renderPage(<PoliciesPage />);
    expect(await screen.findByText("after 5 min: on call in Cold stores")).toBeVisible();
    expect(screen.getByText("after 20 min: boss@acme.example")).toBeVisible();
    expect(screen.getByText("again, 1 time")).toBeVisible();
    expect(await screen.findByText("1 alert rule; every rule that names no other")).toBeVisible();
    await expectAccessible();
  });

  it("says that rules name a policy which is to be deleted, and what the API says to it", async () => {
    answer(
      "delete",
      "/customer/escalation-policies/policy-1",
      problem(409, "alert rules escalate by this policy"),
      409,
    );
    renderPage(<PoliciesPage />);
    await userEvent.click(await screen.findByRole("button", { name: "Actions for Day and night" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText(/Named by 1 alert rule/)).toBeVisible();
    await userEvent.click(dialog.getByRole("button", { name: "Delete" }));
    expect(await dialog.findByRole("alert")).toHaveTextContent("alert rules escalate by this policy");
  });
});

describe("the level builder", () => {
  it("adds a level that tells a channel, and says when it is reached", async () => {
    let sent: unknown;
    server.use(
      http.put("*/customer/escalation-policies/policy-1", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(policy);
      }),
    );
    renderPage(<PolicyPage />, address);
    await userEvent.click(await screen.findByRole("button", { name: "Add a level" }));
    const third = within(screen.getByRole("region", { name: "Level 3" }));
    expect(third.getByText("40 min after the alert was opened")).toBeVisible();
    await userEvent.selectOptions(third.getByLabelText("Tell"), "channel");
    await userEvent.selectOptions(third.getByLabelText("Whom"), "Operations");
    await expectAccessible();
    await userEvent.click(screen.getByRole("button", { name: "Save policy" }));
    expect(await screen.findByText("Day and night is saved")).toBeVisible();
    expect(sent).toMatchObject({
      levels: [...policy.levels, { delay_minutes: 15, targets: [{ kind: "channel", channel_id: "channel-1" }] }],
      repeat: 1,
    });
  });

  it("shows a policy that is opened again as somebody else has left it", async () => {
    const { leaveAndReturn } = renderPage(<PolicyPage />, address);
    expect(await screen.findByDisplayValue("Day and night")).toBeVisible();
    answer("get", "/customer/escalation-policies/policy-1", { ...policy, name: "Nights", version: 6 });
    await leaveAndReturn();
    expect(await screen.findByLabelText("Name")).toHaveValue("Nights");
  });

  it("says at the target that an address makes no sense", async () => {
    renderPage(<PolicyPage />, address);
    const second = within(await screen.findByRole("region", { name: "Level 2" }));
    await userEvent.clear(second.getByLabelText("Whom"));
    await userEvent.type(second.getByLabelText("Whom"), "boss");
    await userEvent.click(screen.getByRole("button", { name: "Save policy" }));
    expect(await second.findByText("must be an e-mail address")).toBeVisible();
  });

  it("shows what the API refuses at its field", async () => {
    const refusal = problem(409, "the name is taken", [{ field: "name", reason: "is taken" }]);
    answer("put", "/customer/escalation-policies/policy-1", refusal, 409);
    renderPage(<PolicyPage />, address);
    await userEvent.click(await screen.findByRole("button", { name: "Save policy" }));
    expect(await screen.findByText("is taken")).toBeVisible();
    expect(screen.getByLabelText("Name")).toBeInvalid();
  });

  it("shows a viewer the levels without a way to change them", async () => {
    renderPage(<PolicyPage />, { ...address, role: "viewer" });
    expect(await screen.findByLabelText("Name")).toBeDisabled();
    expect(screen.queryByRole("button", { name: "Save policy" })).toBeNull();
  });
});
