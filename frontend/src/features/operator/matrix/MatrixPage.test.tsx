import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { server } from "#tests/server";
import MatrixPage from "./MatrixPage";

const ACME = {
  tenant_id: "acme",
  name: "Acme Cold Chain",
  status: "ACTIVE",
  attention: "RED",
  devices: 40,
  counts: { ONLINE: 30, STALE: 4, OFFLINE: 6, PENDING: 0 },
  online_percent: 75,
  live_alerts: 9,
  critical_alerts: 2,
  alerts_by_hour: [0, 3, 1],
  last_seen_at: null,
};
let asked = "";

function answerMatrix(...items: object[]): void {
  server.use(
    http.get("*/operator/tenant-health", ({ request }) => {
      asked = new URL(request.url).search;
      const times = { as_of: "2026-11-21T12:00:00Z", first_hour: "2026-11-20T12:00:00Z" };
      return HttpResponse.json({ ...times, items, total: items.length });
    }),
  );
}

it("shows each tenant's fleet in one row, and says its pictures in words", async () => {
  answerMatrix(ACME);
  renderPage(<MatrixPage />, { role: "operator" });
  const row = within((await screen.findByRole("link", { name: "Acme Cold Chain" })).closest("tr") as HTMLElement);
  expect(row.getByText("Act")).toBeVisible();
  expect(row.getByText("75 %")).toBeVisible();
  expect(row.getByRole("img", { name: "Online 30, Stale 4, Offline 6, Never seen 0" })).toBeVisible();
  expect(
    row.getByRole("img", { name: "Acme Cold Chain: 4 alerts opened in 24 hours, at most 3 in one" }),
  ).toBeVisible();
  await expectAccessible();
});

it("keeps its order in the address, and asks the API for it", async () => {
  answerMatrix(ACME);
  const { router } = renderPage(<MatrixPage />, { role: "operator", address: "/?q=ac" });
  await userEvent.selectOptions(await screen.findByLabelText("Sorted"), "online");
  await screen.findByText("Acme Cold Chain");
  expect(router.state.location.search).toBe("?q=ac&sort=online");
  expect(new URLSearchParams(asked).get("sort")).toBe("online");
});

it("says that nothing fits", async () => {
  answerMatrix();
  renderPage(<MatrixPage />, { role: "operator", address: "/?q=nobody" });
  expect(await screen.findByText("No tenant fits")).toBeVisible();
});
