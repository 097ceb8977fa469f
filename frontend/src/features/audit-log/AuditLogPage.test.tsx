import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { saveFile } from "@/lib/download";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, problem, server } from "#tests/server";
import { actionWords } from "./actions";
import AuditLogPage from "./AuditLogPage";
import { changesBetween } from "./changes";

const ENTRY = {
  audit_id: 7,
  time: "2026-11-21T12:00:00Z",
  tenant_id: "acme",
  actor: "user-1",
  actor_name: "ada@acme.example",
  action: "site.change",
  subject: "oslo-1",
  before: { name: "Oslo", version: 1 },
  after: { name: "Oslo harbour", version: 2 },
  ip_address: "203.0.113.7",
  request_id: "request-9",
  cross_tenant: false,
};
const LOOK = { ...ENTRY, audit_id: 6, action: "quarantine.list", actor_name: "olga@pulse.example", cross_tenant: true };
let asked: URLSearchParams;

function answerEntries(...items: object[]): void {
  server.use(
    http.get("*/customer/audit-log", ({ request }) => {
      asked = new URL(request.url).searchParams;
      return HttpResponse.json({ items, next_cursor: null });
    }),
  );
}

beforeEach(() => {
  vi.mocked(saveFile).mockReset();
  answerEntries(ENTRY, LOOK);
});

it("lists who did what, and points out what operators did", async () => {
  renderPage(<AuditLogPage />);
  expect(await screen.findByText("Site changed")).toBeVisible();
  expect(screen.getByText("Quarantine looked at")).toBeVisible();
  expect(screen.getAllByText("Operator")).toHaveLength(1);
  await expectAccessible();
});

it("tells entries of the same minute apart", async () => {
  answerEntries({ ...ENTRY, time: "2026-11-21T12:00:17Z" });
  renderPage(<AuditLogPage />);
  expect(await screen.findByText(/:00:17/)).toBeVisible();
});

it("shows what was before and what is after", async () => {
  const { router } = renderPage(<AuditLogPage />);
  await userEvent.click(await screen.findByRole("button", { name: "What changed: Site changed Oslo harbour" }));
  const row = within(screen.getByRole("table", { name: "What changed" })).getByRole("row", { name: /name/ });
  expect(within(row).getByText("Oslo").tagName).toBe("DEL");
  expect(within(row).getByText("Oslo harbour")).toBeVisible();
  expect(router.state.location.search).toBe("?entry=7");
  await expectAccessible();
});

it("names things by what they are called by now, and leads to their pages", async () => {
  const ruleId = "0f3c15e4-0000-4000-8000-000000000001";
  const goneId = "0f3c15e5-0000-4000-8000-000000000002";
  answerEntries(
    { ...ENTRY, audit_id: 9, action: "alert_rule.change", subject: ruleId, before: { enabled: false }, after: {} },
    { ...ENTRY, audit_id: 8, action: "alert_rule.change", subject: goneId, before: {}, after: {} },
    { ...ENTRY, audit_id: 7, action: "alert_rule.delete", subject: goneId, before: { name: "Frost" }, after: null },
  );
  answer("get", "/customer/alert-rules", { items: [{ rule_id: ruleId, name: "Too warm" }], next_cursor: null });
  renderPage(<AuditLogPage />);
  expect(await screen.findByRole("link", { name: "Too warm" })).toHaveAttribute("href", `/alert-rules/${ruleId}`);
  expect(screen.getByText("0f3c15e5…")).toHaveAttribute("title", goneId);
  expect(screen.getByText("Frost").closest("a")).toBeNull();
});

it.each([
  ["oncall_schedule", "oncall-schedules", { schedule_id: "id-1", name: "Nights" }, "Nights"],
  ["target", "targets", { target_id: "id-1", name: "Core switch" }, "Core switch"],
  ["user", "users", { user_id: "id-1", name: "", email: "bo@acme.example" }, "bo@acme.example"],
])("names a %s by what the list of all of them says", async (kind, list, entry, name) => {
  answerEntries({ ...ENTRY, action: `${kind}.change`, subject: "id-1", before: {}, after: {} });
  answer("get", `/customer/${list}`, { items: [entry], next_cursor: null });
  renderPage(<AuditLogPage />);
  expect(await screen.findByText(name)).toBeVisible();
});

it.each([
  ["alert_rule.change", "Alert rule changed"],
  ["notification_channel.test", "Channel tested"],
  ["user.change_role", "User given another role"],
  ["tenants.list", "Tenants looked at"],
  ["system.list_metrics", "System: metrics looked at"],
  ["kettle.boil_over", "Kettle boil over"],
])("%s is said as %s", (action, words) => {
  expect(actionWords(action)).toBe(words);
});

it("keeps its filters in the address, with times as the person's clock has them", async () => {
  answerEntries(ENTRY);
  const { router } = renderPage(<AuditLogPage />, { address: "/?start=2026-11-20T10:00:00.000Z&action=site." });
  await screen.findByText("Site changed");
  expect(asked.get("start")).toBe("2026-11-20T10:00:00.000Z");
  expect(asked.get("action")).toBe("site.");
  await userEvent.click(screen.getByRole("button", { name: "Only Oslo harbour" }));
  expect(await screen.findByRole("button", { name: "Remove About Oslo harbour" })).toBeVisible();
  expect(asked.get("subject")).toBe("oslo-1");
  await userEvent.click(screen.getByRole("button", { name: "Clear filters" }));
  expect(router.state.location.search).toBe("");
});

it("does not ask for a time that is none", async () => {
  renderPage(<AuditLogPage />, { address: "/?start=soon" });
  await screen.findByText("Site changed");
  expect(asked.has("start")).toBe(false);
});

it.each([
  [{ "Content-Disposition": 'attachment; filename="audit-log-20261121.csv"' }, "The file has everything that fits"],
  [{ "X-Next-Cursor": "more" }, /newest part/],
])("exports what fits the filters", async (headers, told) => {
  let exported = new URLSearchParams();
  server.use(
    http.get("*/customer/audit-log/export", ({ request }) => {
      exported = new URL(request.url).searchParams;
      return new HttpResponse("time,actor\n", { headers: { "Content-Type": "text/csv", ...headers } });
    }),
  );
  renderPage(<AuditLogPage />, { address: "/?actor=user-1" });
  await userEvent.click(await screen.findByRole("button", { name: "Export as CSV" }));
  expect(await screen.findByText(told)).toBeVisible();
  const name = "Content-Disposition" in headers ? "audit-log-20261121.csv" : "audit-log.csv";
  expect(saveFile).toHaveBeenCalledWith(name, "time,actor\n", "text/csv;charset=utf-8");
  expect(exported.get("actor")).toBe("user-1");
});

it("says why it can't be read", async () => {
  answer("get", "/customer/audit-log", problem(503, "the database is away"), 503);
  renderPage(<AuditLogPage />);
  expect(await screen.findByText("the database is away")).toBeVisible();
});

it.each([
  [null, { name: "Oslo" }, [{ field: "name", before: undefined, after: "Oslo" }]],
  [{ name: "Oslo" }, null, [{ field: "name", before: "Oslo", after: undefined }]],
  [{ version: 1, name: "Oslo" }, { version: 2, name: "Oslo" }, []],
  [
    { config: { url: "a", on: true } },
    { config: { url: "b", on: true } },
    [{ field: "config.url", before: "a", after: "b" }],
  ],
  [{ sites: ["a"] }, { sites: ["a", "b"] }, [{ field: "sites", before: '["a"]', after: '["a","b"]' }]],
  [
    { tags: {} },
    { tags: { zone: "a" } },
    [
      { field: "tags", before: "{}", after: undefined },
      { field: "tags.zone", before: undefined, after: "a" },
    ],
  ],
  [null, null, []],
])("between %j and %j are these changes", (before, after, changes) => {
  expect(changesBetween(before, after)).toEqual(changes);
});
