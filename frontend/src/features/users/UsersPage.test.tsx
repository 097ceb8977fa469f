import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, problem, server } from "#tests/server";
import UsersPage from "./UsersPage";

const ANNA = {
  version: 2,
  user_id: "user-2",
  email: "anna@acme.example",
  name: "Anna",
  tenant_id: "acme",
  role: "customer",
  status: "ACTIVE",
  is_federated: false,
  created_at: "2026-10-01T08:00:00Z",
  last_seen_at: "2026-11-21T08:00:00Z",
};
const SELF = { ...ANNA, user_id: "user-1", email: "admin@acme.example", name: "Admin", role: "tenant-admin" };

function answerUsers(...items: object[]): void {
  answer("get", "/customer/users", { items, next_cursor: null, total: items.length });
}

async function openMenu(user: ReturnType<typeof userEvent.setup>, who: string): Promise<void> {
  await user.click(await screen.findByRole("button", { name: `Actions for ${who}` }));
}

it("lists who may sign in, with role and status", async () => {
  answerUsers(ANNA, SELF);
  renderPage(<UsersPage />);
  const row = (await screen.findByText("Anna")).closest("tr");
  expect(within(row as HTMLElement).getByText("Customer")).toBeVisible();
  expect(within(row as HTMLElement).getByText("Active")).toBeVisible();
  await expectAccessible();
});

it("keeps its filters in the address, and asks the API for them", async () => {
  let asked = "";
  server.use(
    http.get("*/customer/users", ({ request }) => {
      asked = new URL(request.url).search;
      return HttpResponse.json({ items: [], next_cursor: null, total: 0 });
    }),
  );
  const user = userEvent.setup();
  const { router } = renderPage(<UsersPage />);
  expect(await screen.findByText("No users so far")).toBeVisible();
  await user.selectOptions(screen.getByLabelText("Role"), "viewer");
  expect(router.state.location.search).toBe("?role=viewer");
  await screen.findByText("No user fits");
  expect(asked).toContain("role=viewer");
});

it("invites somebody with a role", async () => {
  let sent: unknown;
  answerUsers(SELF);
  server.use(
    http.post("*/customer/users", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ ...ANNA, status: "INVITED" }, { status: 201 });
    }),
  );
  const user = userEvent.setup();
  renderPage(<UsersPage />);
  await user.click(screen.getByRole("button", { name: "Invite somebody" }));
  await user.type(await screen.findByLabelText("E-mail address"), "anna@acme.example");
  await user.selectOptions(within(screen.getByRole("dialog")).getByLabelText("Role"), "customer");
  await user.click(screen.getByRole("button", { name: "Send the invitation" }));
  expect(await screen.findByText("anna@acme.example is invited")).toBeVisible();
  expect(sent).toEqual({ email: "anna@acme.example", name: null, role: "customer" });
});

it("says at the address that it is taken", async () => {
  answerUsers(SELF);
  answer("post", "/customer/users", problem(409, "taken", [{ field: "email", reason: "has an account already" }]), 409);
  const user = userEvent.setup();
  renderPage(<UsersPage />, { address: "/users?invite=1" });
  await user.type(await screen.findByLabelText("E-mail address"), "anna@acme.example{Enter}");
  expect(await screen.findByText("has an account already")).toBeVisible();
});

it("gives a user another role", async () => {
  let sent: unknown;
  answerUsers(ANNA);
  server.use(
    http.patch("*/customer/users/user-2", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ ...ANNA, role: "viewer" });
    }),
  );
  const user = userEvent.setup();
  renderPage(<UsersPage />);
  await openMenu(user, "Anna");
  await user.click(await screen.findByRole("menuitem", { name: "Change the role" }));
  await user.selectOptions(within(await screen.findByRole("dialog")).getByLabelText("Role"), "viewer");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Anna is now: Viewer")).toBeVisible();
  expect(sent).toEqual({ role: "viewer" });
});

it.each([
  ["Disable", "post", "/customer/users/user-2/disable", "Anna is disabled"],
  ["Delete", "delete", "/customer/users/user-2", "Anna is deleted"],
  ["Have the password reset", "post", "/customer/users/user-2/reset-password", "Anna gets a code by mail"],
  ["Sign out everywhere", "post", "/customer/users/user-2/sign-out", "Anna is signed out"],
] as const)("asks first, then does: %s", async (name, method, path, news) => {
  answerUsers(ANNA);
  answer(method, path, method === "delete" || path.endsWith("out") ? null : ANNA, 200);
  const user = userEvent.setup();
  renderPage(<UsersPage />);
  await openMenu(user, "Anna");
  await user.click(await screen.findByRole("menuitem", { name }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name }));
  expect(await screen.findByText(news)).toBeVisible();
});

it("ends a session of a user", async () => {
  answerUsers(ANNA);
  answer("get", "/customer/users/user-2/sessions", {
    items: [
      {
        session_id: "s1",
        first_seen_at: "2026-11-20T08:00:00Z",
        last_seen_at: "2026-11-21T08:00:00Z",
        ip_address: "192.0.2.7",
        user_agent: "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/130.0",
        is_current: false,
      },
    ],
  });
  answer("delete", "/customer/users/user-2/sessions/s1", null, 204);
  const user = userEvent.setup();
  renderPage(<UsersPage />);
  await user.click(await screen.findByRole("button", { name: "Sessions of Anna" }));
  expect(await screen.findByText("Firefox on Windows")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "End" }));
  expect(await screen.findByText("The session ends within a minute")).toBeVisible();
});

it("offers nobody to take their own access away", async () => {
  answerUsers(SELF);
  const user = userEvent.setup();
  renderPage(<UsersPage />);
  await openMenu(user, "Admin");
  expect(await screen.findByRole("menuitem", { name: "Sign out everywhere" })).toBeVisible();
  expect(screen.queryByRole("menuitem", { name: "Disable" })).not.toBeInTheDocument();
  expect(screen.queryByRole("menuitem", { name: "Delete" })).not.toBeInTheDocument();
});
