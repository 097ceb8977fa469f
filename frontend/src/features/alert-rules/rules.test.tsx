import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { expectAccessible } from "../../../tests/axe";
import { renderPage } from "../../../tests/render";
import { answer, hear, problem, server } from "#tests/server";
import AlertRulesPage from "./AlertRulesPage";
import type { AlertRule } from "./queries";
import RulePage from "./RulePage";

function makeRule(changes: Partial<AlertRule> = {}): AlertRule {
  return {
    rule_id: "rule-1",
    version: 3,
    name: "Cold store too warm",
    description: "Check the door first",
    criterion: {
      kind: "threshold",
      conditions: [{ metric: "temp_c", operator: "GT", threshold: 8, clear_threshold: 6 }],
      match: "ALL",
      duration_seconds: 60,
    },
    condition: "temp_c > 8 for 1 min",
    severity: "HIGH",
    scope: { site_ids: ["oslo-1"], device_types: [], group_ids: [], tags: {}, device_ids: [] },
    message: "",
    escalation_policy_id: null,
    enabled: true,
    created_at: "2026-11-01T10:00:00Z",
    updated_at: "2026-11-01T10:00:00Z",
    ...changes,
  };
}

const page = (...items: AlertRule[]): object => ({ items, next_cursor: null, total: items.length });

beforeEach(() => {
  answer("get", "/customer/sites", { items: [{ site_id: "oslo-1", name: "Oslo" }], next_cursor: null, total: 1 });
  answer("get", "/customer/escalation-policies", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/device-groups", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/devices", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/device-types", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/metrics/reference", { raw: [], normalized: ["temp_c"], unmapped: [], as_of: "" });
  answer("get", "/customer/alert-rules/rule-1", makeRule());
});

describe("the list of rules", () => {
  it("says of each rule what it looks for, where, and how urgent it is", async () => {
    answer("get", "/customer/alert-rules", page(makeRule()));
    renderPage(<AlertRulesPage />);
    const row = (await screen.findByText("Cold store too warm")).closest("tr");
    expect(row).toHaveTextContent("temp_c > 8 for 1 min");
    expect(row).toHaveTextContent("High");
    // On a phone too it begins with its name, and ends with what changes it.
    const said = within(row as HTMLElement)
      .getAllByRole("cell")
      .map((cell) => cell.textContent);
    expect(said[0]).toContain("Cold store too warm");
    expect(
      within(row as HTMLElement)
        .getAllByRole("cell")
        .at(-2),
    ).toContainElement(screen.getByRole("switch"));
    expect(await screen.findByText("site Oslo")).toBeVisible();
    await expectAccessible();
  });

  it("switches a rule off with the version that is shown", async () => {
    answer("get", "/customer/alert-rules", page(makeRule()));
    let version: string | null = null;
    server.use(
      http.post("*/customer/alert-rules/rule-1/disable", ({ request }) => {
        version = request.headers.get("if-match");
        return HttpResponse.json(makeRule({ enabled: false, version: 4 }));
      }),
    );
    renderPage(<AlertRulesPage />);
    await userEvent.click(await screen.findByRole("switch", { name: "Cold store too warm is on" }));
    expect(await screen.findByText("Cold store too warm is off")).toBeVisible();
    expect(version).toBe('"3"');
  });

  it("says before a rule is deleted how many alerts that closes", async () => {
    answer("get", "/customer/alert-rules", page(makeRule()));
    answer("get", "/customer/alerts", { items: [], next_cursor: null, total: 2, counts: {} });
    answer("delete", "/customer/alert-rules/rule-1", null, 204);
    renderPage(<AlertRulesPage />);
    await userEvent.click(await screen.findByRole("button", { name: "Actions for Cold store too warm" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
    const dialog = await screen.findByRole("dialog");
    expect(await within(dialog).findByText("2 alerts that it has opened will be closed.")).toBeVisible();
    await userEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
    expect(await screen.findByText("Cold store too warm is deleted")).toBeVisible();
  });

  it("offers a viewer no change", async () => {
    answer("get", "/customer/alert-rules", page(makeRule()));
    renderPage(<AlertRulesPage />, { role: "viewer" });
    expect(await screen.findByRole("switch", { name: "Cold store too warm is on" })).toBeDisabled();
    expect(screen.queryByRole("link", { name: "New rule" })).toBeNull();
  });

  it("says how to begin when there is no rule", async () => {
    answer("get", "/customer/alert-rules", page());
    renderPage(<AlertRulesPage />);
    expect(await screen.findByText("No rule yet")).toBeVisible();
    expect(screen.getAllByRole("link", { name: "New rule" })).toHaveLength(2);
  });

  it("makes rules from several templates, with the metrics that the devices send", async () => {
    answer("get", "/customer/alert-rules", page());
    const template = {
      template_id: "too_warm",
      name: "Too warm",
      description: "The door is open.",
      device_type: "fridge",
      criterion: { kind: "threshold", conditions: [{ metric: "temperature", operator: "GT", threshold: 8 }] },
      condition: "temperature > 8",
      severity: "HIGH",
    };
    answer("get", "/customer/alert-rule-templates", { items: [template] });
    let sent: unknown;
    server.use(
      http.post("*/customer/alert-rule-templates/apply", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ created: [makeRule()], skipped: [] });
      }),
    );
    renderPage(<AlertRulesPage />, { address: "/?templates=open" });
    await userEvent.click(await screen.findByRole("checkbox", { name: "Choose Too warm" }));
    await userEvent.type(screen.getByLabelText("temperature"), "temp_c");
    await userEvent.click(screen.getByRole("button", { name: "Make 1 rule" }));
    expect(await screen.findByText("1 rule made")).toBeVisible();
    expect(sent).toMatchObject({ template_ids: ["too_warm"], metrics: { temperature: "temp_c" } });
  });
});

describe("the builder", () => {
  it("sends what was typed, and the version that it was made from", async () => {
    let sent: unknown;
    let version: string | null = null;
    server.use(
      http.put("*/customer/alert-rules/rule-1", async ({ request }) => {
        sent = await request.json();
        version = request.headers.get("if-match");
        return HttpResponse.json(makeRule({ version: 4 }));
      }),
    );
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    const limit = await screen.findByLabelText("Limit");
    await userEvent.clear(limit);
    await userEvent.type(limit, "7.5");
    await userEvent.click(screen.getByRole("button", { name: "Save rule" }));
    expect(await screen.findByText("Cold store too warm is saved")).toBeVisible();
    expect(sent).toMatchObject({
      criterion: { kind: "threshold", conditions: [{ metric: "temp_c", threshold: 7.5, clear_threshold: 6 }] },
    });
    expect(version).toBe('"3"');
  });

  it("shows at its field what the API refuses", async () => {
    answer(
      "put",
      "/customer/alert-rules/rule-1",
      problem(422, "check it", [
        { field: "criterion.threshold.conditions.0.metric", reason: "is not sent by anything" },
      ]),
      422,
    );
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    await userEvent.click(await screen.findByRole("button", { name: "Save rule" }));
    expect(await screen.findByText("is not sent by anything")).toBeVisible();
    expect(screen.getByLabelText("Metric")).toBeInvalid();
  });

  it("refuses a clear threshold on the far side of the limit before it is sent", async () => {
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    const clear = await screen.findByLabelText("Clears at");
    await userEvent.clear(clear);
    await userEvent.type(clear, "9");
    await userEvent.click(screen.getByRole("button", { name: "Save rule" }));
    expect(await screen.findByText(/must be on the near side/)).toBeVisible();
  });

  it("tries the rule before it has a name, and shows when it would have alerted", async () => {
    const result = {
      start: "2026-11-14T00:00:00Z",
      end: "2026-11-21T00:00:00Z",
      condition: "temp_c > 8",
      devices_evaluated: 12,
      samples_evaluated: 4000,
      first_sample_at: "2026-11-14T00:00:00Z",
      metrics_unsent: [],
      alerts: 1,
      devices: [
        {
          device_id: "fridge-7",
          device_name: "Dairy fridge",
          alerts: [
            {
              opened_at: "2026-11-16T10:00:00Z",
              closed_at: "2026-11-16T12:30:00Z",
              trigger_count: 4,
              summary: "fridge-7 reads 9.1",
            },
          ],
        },
      ],
      truncated: null,
    };
    answer("post", "/customer/alert-rules/backtest", result);
    renderPage(<RulePage />, { address: "/alert-rules/new" });
    await userEvent.type(await screen.findByLabelText("Metric"), "temp_c");
    await userEvent.type(screen.getByLabelText("Limit"), "8");
    await userEvent.click(screen.getByRole("button", { name: "Try it" }));
    const chart = await screen.findByRole("group", { name: /when alerts would have been open/i });
    expect(within(chart).getByText(/Dairy fridge: opened 16 Nov.*open for 2 h 30 min/)).toBeInTheDocument();
    expect(screen.getByText("12 devices, 4,000 values")).toBeVisible();
    await userEvent.type(screen.getByLabelText("Limit"), "0");
    expect(await screen.findByText("The rule has changed since.")).toBeVisible();
    await expectAccessible();
  });

  it("counts alerts a day from the first value on, and says when there are too few to tell", async () => {
    const result = {
      start: "2026-11-14T00:00:00Z",
      end: "2026-11-21T00:00:00Z",
      condition: "temp_c > 8",
      devices_evaluated: 1,
      samples_evaluated: 50,
      metrics_unsent: [],
      alerts: 13,
      devices: [],
      truncated: null,
    };
    const user = userEvent.setup();
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    answer("post", "/customer/alert-rules/backtest", { ...result, first_sample_at: "2026-11-20T12:00:00Z" });
    await user.click(await screen.findByRole("button", { name: "Try it" }));
    expect(await screen.findByText("26, of values since 20 Nov, 12:00")).toBeVisible();
    answer("post", "/customer/alert-rules/backtest", { ...result, first_sample_at: "2026-11-20T23:35:00Z" });
    await user.click(await screen.findByRole("button", { name: "Try again" }));
    expect(await screen.findByText("too early to say: there are values since 20 Nov, 23:35")).toBeVisible();
  });

  const quiet = {
    start: "2026-11-14T00:00:00Z",
    end: "2026-11-21T00:00:00Z",
    condition: "temp_c > 8",
    devices_evaluated: 13,
    samples_evaluated: 0,
    first_sample_at: null as string | null,
    metrics_unsent: [] as string[],
    alerts: 0,
    devices: [],
    truncated: null,
  };
  it.each([
    [
      "a metric that no device has sent",
      { metrics_unsent: ["temp_x"] },
      ["Nothing can be told", "None of 13 devices has sent temp_x in this time.", "13 devices, 0 values"],
    ],
    [
      "metrics that never came together",
      {},
      ["Nothing can be told", "No reading in this time has all that the rule looks at.", "nobody can say"],
    ],
    [
      "one metric of several, of which any would do",
      { samples_evaluated: 5, first_sample_at: "2026-11-14T00:00:00Z", metrics_unsent: ["temp_x"] },
      ["It would have stayed quiet", "None of 13 devices has sent temp_x in this time.", "13 devices, 5 values"],
    ],
  ])("says what can be told of %s", async (_, found, said) => {
    answer("post", "/customer/alert-rules/backtest", { ...quiet, ...found });
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    await userEvent.click(await screen.findByRole("button", { name: "Try it" }));
    for (const words of said) expect(await screen.findByText(words)).toBeVisible();
    if (said[0] !== "It would have stayed quiet")
      expect(screen.queryByText(/stayed quiet|would have alerted/)).toBeNull();
  });

  it("shows lengths of time in the unit that people think in, and sends them as the API counts", async () => {
    let sent: unknown;
    server.use(
      http.put("*/customer/alert-rules/rule-1", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(makeRule({ version: 4 }));
      }),
    );
    const user = userEvent.setup();
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    const length = await screen.findByLabelText("For at least");
    expect(length).toHaveValue(1);
    expect(screen.getByLabelText("For at least: unit")).toHaveDisplayValue("minutes");
    await user.clear(length);
    await user.type(length, "25");
    await user.selectOptions(screen.getByLabelText("For at least: unit"), "hours");
    await user.click(screen.getByRole("button", { name: "Save rule" }));
    await waitFor(() => expect(length).toHaveAccessibleDescription(/must be at most 1 day/));
    await user.clear(length);
    await user.type(length, "1.5");
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Save rule" }));
    expect(await screen.findByText("Cold store too warm is saved")).toBeVisible();
    expect(sent).toMatchObject({ criterion: { duration_seconds: 5400 } });
  });

  it("warns of a metric that nobody sends, and names what may be meant", async () => {
    const user = userEvent.setup();
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    const metric = await screen.findByLabelText("Metric");
    expect(metric).not.toHaveAccessibleDescription();
    await user.clear(metric);
    await user.type(metric, "temperature");
    await waitFor(() =>
      expect(metric).toHaveAccessibleDescription(
        "No device has sent temperature within seven days: until one does, the rule can't open an alert. Did you mean temp_c?",
      ),
    );
  });

  it("takes no scope for every device that says nothing of which", async () => {
    const user = userEvent.setup();
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    await user.click(await screen.findByRole("button", { name: /^At sites/ }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Oslo" }));
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: "Save rule" }));
    expect(await screen.findByText("choose every device, or which ones")).toBeVisible();
  });

  it("says at the field what the API refuses of it", async () => {
    const errors = [{ field: "criterion.conditions.0.threshold", reason: "must be at most 1000" }];
    answer("put", "/customer/alert-rules/rule-1", problem(422, "check criterion.conditions.0.threshold", errors), 422);
    const user = userEvent.setup();
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    await user.click(await screen.findByRole("button", { name: "Save rule" }));
    await waitFor(() => expect(screen.getByLabelText("Limit")).toHaveAccessibleDescription("must be at most 1000"));
  });

  it("says above the form what is about nothing in it", async () => {
    const errors = [{ field: "criterion.match", reason: "must be ALL" }];
    answer("put", "/customer/alert-rules/rule-1", problem(422, "check criterion.match", errors), 422);
    const user = userEvent.setup();
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    await user.click(await screen.findByRole("button", { name: "Save rule" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("match must be ALL");
  });

  it("offers to read again what somebody else has changed", async () => {
    answer("put", "/customer/alert-rules/rule-1", problem(412, "this has been changed since you read it"), 412);
    const user = userEvent.setup();
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    const name = await screen.findByLabelText("Name");
    await user.type(name, " indeed");
    await user.click(screen.getByRole("button", { name: "Save rule" }));
    answer("get", "/customer/alert-rules/rule-1", makeRule({ name: "Somebody else's", version: 9 }));
    await user.click(await screen.findByRole("button", { name: "Read it again" }));
    expect(await screen.findByDisplayValue("Somebody else's")).toBeVisible();
  });

  it("saves over what somebody else has changed, for who says so, that once", async () => {
    const refused = hear("put", "/customer/alert-rules/rule-1", problem(412, "this has been changed"), 412);
    const user = userEvent.setup();
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    await user.type(await screen.findByLabelText("Name"), " indeed");
    await user.click(screen.getByRole("button", { name: "Save rule" }));
    await screen.findByRole("button", { name: "Save mine over it" });
    refused.version = null;
    await user.type(screen.getByLabelText("Name"), "{Enter}");
    await waitFor(() => expect(refused.version).toBe('"3"'));
    await user.click(await screen.findByRole("button", { name: "Save mine over it" }));
    await waitFor(() => expect(refused.version).toBe("*"));
    expect(refused.body).toMatchObject({ name: "Cold store too warm indeed" });
    await user.click(screen.getByRole("button", { name: "Save rule" }));
    await waitFor(() => expect(refused.version).toBe('"3"'));
  });

  it("shows a rule that is opened again as somebody else has left it", async () => {
    const { leaveAndReturn } = renderPage(<RulePage />, {
      address: "/alert-rules/rule-1",
      path: "/alert-rules/:ruleId",
    });
    expect(await screen.findByDisplayValue("Cold store too warm")).toBeVisible();
    answer("get", "/customer/alert-rules/rule-1", makeRule({ name: "Somebody else's", version: 9 }));
    await leaveAndReturn();
    expect(await screen.findByLabelText("Name")).toHaveValue("Somebody else's");
  });

  it("shows how the message would read", async () => {
    renderPage(<RulePage />, { address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    await userEvent.click(await screen.findByRole("button", { name: "Insert rule" }));
    await userEvent.click(screen.getByRole("button", { name: "Insert device_id" }));
    expect(screen.getByText("Cold store too warm cold-store-07")).toBeVisible();
  });

  it("shows a viewer the rule without a way to change it", async () => {
    renderPage(<RulePage />, { role: "viewer", address: "/alert-rules/rule-1", path: "/alert-rules/:ruleId" });
    expect(await screen.findByLabelText("Name")).toBeDisabled();
    expect(screen.queryByRole("button", { name: "Save rule" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Try it" })).toBeNull();
  });
});
