import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, server } from "#tests/server";
import AllUsersPage from "./AllUsersPage";

const ANNA = {
  version: 2,
  user_id: "user-2",
  email: "anna@acme.example",
  name: "Anna",
  tenant_id: "acme",
  role: "viewer",
  status: "ACTIVE",
  is_federated: false,
  created_at: "2026-10-01T08:00:00Z",
  last_seen_at: null,
};
const OLGA = { ...ANNA, user_id: "user-3", name: "Olga", tenant_id: null, role: "operator" };
let asked = "";

beforeEach(() => {
  server.use(
    http.get("*/operator/users", ({ request }) => {
      asked = new URL(request.url).search;
      return HttpResponse.json({ items: [ANNA, OLGA], next_cursor: null, total: 2 });
    }),
  );
});

it("tells whose users they are, and asks for those of one tenant", async () => {
  renderPage(<AllUsersPage />, { role: "operator", address: "/?tenant=acme" });
  const row = (await screen.findByText("Olga")).closest("tr");
  expect(within(row as HTMLElement).getByText("Operators")).toBeVisible();
  expect(asked).toContain("tenant_id=acme");
  const acme = (await screen.findByRole("link", { name: "acme" })).closest("td");
  expect(acme).toHaveTextContent("Acme Cold Chain");
  expect(screen.queryByRole("button", { name: "Invite somebody" })).toBeNull();
  await expectAccessible();
});

it("offers tenants by name, and keeps the one that an address tells of", async () => {
  const { router } = renderPage(<AllUsersPage />, { role: "operator", address: "/?tenant=gone" });
  const filter = await screen.findByLabelText("Tenant");
  expect(filter).toHaveDisplayValue("gone");
  await screen.findByRole("option", { name: "Acme Cold Chain" });
  await userEvent.selectOptions(filter, "Acme Cold Chain");
  expect(router.state.location.search).toBe("?tenant=acme");
});

it("invites somebody into a tenant, and an operator into none", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post("*/operator/users", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(ANNA, { status: 201 });
    }),
  );
  renderPage(<AllUsersPage />, { role: "operator-admin", address: "/?invite=1" });
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText("E-mail address"), "anna@acme.example{Enter}");
  expect(await dialog.findByText("is needed for somebody who is no operator")).toBeVisible();
  await userEvent.selectOptions(dialog.getByLabelText("Role"), "operator");
  expect(dialog.queryByLabelText("Tenant")).toBeNull();
  await userEvent.selectOptions(dialog.getByLabelText("Role"), "customer");
  await dialog.findByRole("option", { name: "Acme Cold Chain" });
  await userEvent.selectOptions(dialog.getByLabelText("Tenant"), "Acme Cold Chain");
  await userEvent.click(dialog.getByRole("button", { name: "Send the invitation" }));
  expect(await screen.findByText("anna@acme.example is invited")).toBeVisible();
  expect(sent).toEqual([{ email: "anna@acme.example", name: null, role: "customer", tenant_id: "acme" }]);
});

it("offers an operator the roles of operators alone", async () => {
  answer("patch", "/operator/users/user-3", { ...OLGA, role: "operator-admin" });
  renderPage(<AllUsersPage />, { role: "operator-admin" });
  await userEvent.click(await screen.findByRole("button", { name: "Actions for Olga" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Change the role" }));
  const choice = within(await screen.findByRole("dialog")).getByLabelText("Role");
  expect(within(choice).getAllByRole("option")).toHaveLength(2);
  await userEvent.selectOptions(choice, "operator-admin");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Olga is now: Operator admin")).toBeVisible();
});
