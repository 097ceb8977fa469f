import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { server } from "#tests/server";
import WholeLogPage from "./WholeLogPage";

const ENTRY = {
  audit_id: 7,
  time: "2026-11-21T12:00:00Z",
  tenant_id: "acme",
  actor: "user-9",
  actor_name: "olga@pulse.example",
  action: "tenant.suspend",
  subject: "acme-cold-chain",
  before: { status: "ACTIVE" },
  after: { status: "SUSPENDED" },
  ip_address: null,
  request_id: null,
  cross_tenant: true,
};

it("tells operators whose tenant an entry is of, and asks for those of one", async () => {
  let asked = new URLSearchParams();
  server.use(
    http.get("*/operator/audit-log", ({ request }) => {
      asked = new URL(request.url).searchParams;
      return HttpResponse.json({ items: [ENTRY], next_cursor: null });
    }),
  );
  const { router } = renderPage(<WholeLogPage />, { role: "operator-admin", address: "/?tenant=acme" });
  const row = within((await screen.findByText("Tenant suspended")).closest("tr") as HTMLElement);
  expect(await row.findByText("Acme Cold Chain")).toBeVisible();
  expect(row.getByRole("link", { name: "acme" })).toHaveAttribute("href", "/operator/tenants/acme");
  expect(row.getByRole("link", { name: "acme-cold-chain" })).toHaveAttribute(
    "href",
    "/operator/tenants/acme-cold-chain",
  );
  expect(asked.get("tenant_id")).toBe("acme");
  await expectAccessible();
  await userEvent.click(screen.getByRole("button", { name: "Clear filters" }));
  expect(router.state.location.search).toBe("");
});
