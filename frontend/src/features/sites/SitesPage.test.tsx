import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, problem, server } from "#tests/server";
import SitesPage from "./SitesPage";

const SITE = {
  version: 3,
  site_id: "hall-a",
  name: "Hall A",
  address: "Quay 1, Rotterdam",
  latitude: 51.9,
  longitude: 4.5,
  timezone: "Europe/Amsterdam",
  total: 12,
  counts: { ONLINE: 9, STALE: 1, OFFLINE: 2, PENDING: 0 },
};

function answerSites(...items: object[]): void {
  answer("get", "/customer/sites", { items, next_cursor: null, total: items.length });
}

it("lists the sites with their devices by status", async () => {
  answerSites(SITE);
  renderPage(<SitesPage />);
  expect(await screen.findByText("Quay 1, Rotterdam")).toBeVisible();
  expect(screen.getByText("9 online, 1 stale, 2 offline")).toBeVisible();
  expect(screen.getByRole("link", { name: "12" })).toHaveAttribute("href", "/devices?site=hall-a");
  await expectAccessible();
});

it("says what a site is where there is none, and how to add one", async () => {
  answerSites();
  renderPage(<SitesPage />);
  expect(await screen.findByText("No sites so far")).toBeVisible();
  expect(screen.getAllByRole("button", { name: "Add a site" })).toHaveLength(2);
});

it("adds a site, asked to by its address", async () => {
  let sent: unknown;
  answerSites();
  server.use(
    http.post("*/customer/sites", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(SITE, { status: 201 });
    }),
  );
  const user = userEvent.setup();
  const { router } = renderPage(<SitesPage />, { address: "/sites?new=1" });
  const dialog = await screen.findByRole("dialog");
  await user.type(within(dialog).getByLabelText("Name"), "Hall A");
  await user.type(within(dialog).getByLabelText("Id"), "hall-a");
  await user.selectOptions(within(dialog).getByLabelText("Time zone"), "Europe/Amsterdam");
  await user.click(within(dialog).getByRole("button", { name: "Add a site" }));
  expect(await screen.findByText("Hall A added")).toBeVisible();
  expect(sent).toMatchObject({ site_id: "hall-a", name: "Hall A", timezone: "Europe/Amsterdam", latitude: null });
  expect(router.state.location.search).toBe("");
});

it("shows at the field what the API says of it", async () => {
  answerSites();
  answer("post", "/customer/sites", problem(409, "taken", [{ field: "site_id", reason: "is taken" }]), 409);
  const user = userEvent.setup();
  renderPage(<SitesPage />, { address: "/sites?new=1" });
  await user.type(await screen.findByLabelText("Name"), "Hall A");
  await user.type(screen.getByLabelText("Id"), "hall-a{Enter}");
  expect(await screen.findByText("is taken")).toBeVisible();
});

it("changes the version of a site that was read", async () => {
  let match: string | null = null;
  answerSites(SITE);
  server.use(
    http.patch("*/customer/sites/hall-a", ({ request }) => {
      match = request.headers.get("if-match");
      return HttpResponse.json(SITE);
    }),
  );
  const user = userEvent.setup();
  renderPage(<SitesPage />);
  await user.click(await screen.findByRole("button", { name: "Actions for Hall A" }));
  await user.click(await screen.findByRole("menuitem", { name: "Edit" }));
  await user.click(await screen.findByRole("button", { name: "Save" }));
  expect(await screen.findByText("Hall A saved")).toBeVisible();
  expect(match).toBe('"3"');
});

it("asks before it deletes, and says why it can't", async () => {
  answerSites(SITE);
  answer("delete", "/customer/sites/hall-a", problem(409, "12 devices are registered there"), 409);
  const user = userEvent.setup();
  renderPage(<SitesPage />);
  await user.click(await screen.findByRole("button", { name: "Actions for Hall A" }));
  await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
  await user.click(await screen.findByRole("button", { name: "Delete" }));
  expect(await screen.findByText("12 devices are registered there")).toBeVisible();
});

it("unfolds what is wrong at a site", async () => {
  answerSites(SITE);
  answer("get", "/customer/sites/hall-a/summary", {
    site: SITE,
    alerts: { OPEN: 1, ACKNOWLEDGED: 0, CLOSED: 4 },
    newest_alerts: [
      { alert_id: "a1", severity: "HIGH", status: "OPEN", summary: "Too warm", opened_at: "2026-11-21T08:00:00Z" },
    ],
  });
  const user = userEvent.setup();
  renderPage(<SitesPage />);
  await user.click(await screen.findByRole("button", { name: "Summary of Hall A" }));
  expect(await screen.findByText("Too warm")).toBeVisible();
  expect(screen.getByText("1 open alert, 0 acknowledged")).toBeVisible();
  await expectAccessible();
});

it("lets a viewer look and change nothing", async () => {
  answerSites(SITE);
  renderPage(<SitesPage />, { role: "viewer" });
  expect(await screen.findByText("Hall A")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Add a site" })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Actions for Hall A" })).not.toBeInTheDocument();
});
