import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, problem, server } from "#tests/server";
import ApiKeysPage from "./ApiKeysPage";
import { stateOf } from "./queries";

const KEY = {
  version: 4,
  key_id: "k1",
  name: "Billing export",
  role: "viewer",
  scopes: ["devices:read"],
  created_at: "2026-10-01T08:00:00Z",
  created_by: "admin@acme.example",
  rotated_at: null,
  former_secret_expires_at: null,
  expires_at: "2126-10-01T08:00:00Z",
  last_used_at: null,
  last_used_ip: null,
  revoked_at: null,
};

function answerKeys(...items: object[]): void {
  answer("get", "/customer/api-keys", { items, next_cursor: null, total: items.length });
}

it("lists the keys with what they may and when they end", async () => {
  answerKeys(KEY, { ...KEY, key_id: "k2", name: "Old", revoked_at: "2026-11-01T08:00:00Z" });
  renderPage(<ApiKeysPage />);
  expect(await screen.findByText("Billing export")).toBeVisible();
  expect(screen.getByText("In use")).toBeVisible();
  expect(screen.getByText("Revoked")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Actions for Old" })).not.toBeInTheDocument();
  await expectAccessible();
});

it("makes a key of some scopes, and shows its secret once", async () => {
  let sent: unknown;
  answerKeys();
  server.use(
    http.post("*/customer/api-keys", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ ...KEY, key: "pulse_k1_secret" }, { status: 201 });
    }),
  );
  const user = userEvent.setup();
  renderPage(<ApiKeysPage />, { address: "/api-keys?new=1" });
  await user.type(await screen.findByLabelText("Name"), "Billing export");
  await user.selectOptions(screen.getByLabelText("What it may use"), "chosen");
  await user.click(screen.getByRole("checkbox", { name: "devices:read" }));
  await user.click(screen.getByRole("button", { name: "Make the key" }));
  expect(await screen.findByRole("region", { name: "Key" })).toHaveTextContent("pulse_k1_secret");
  expect(sent).toMatchObject({ name: "Billing export", role: "viewer", scopes: ["devices:read"] });
  await user.click(screen.getByRole("button", { name: "I have kept it" }));
  expect(screen.queryByText("pulse_k1_secret")).not.toBeInTheDocument();
});

it("asks for at least one scope of a key that is narrowed", async () => {
  answerKeys();
  const user = userEvent.setup();
  renderPage(<ApiKeysPage />, { address: "/api-keys?new=1" });
  await user.type(await screen.findByLabelText("Name"), "Billing export");
  await user.selectOptions(screen.getByLabelText("What it may use"), "chosen");
  await user.click(screen.getByRole("button", { name: "Make the key" }));
  expect(await screen.findByText("choose at least one")).toBeVisible();
});

it("says at the scopes which of them the role lacks", async () => {
  answerKeys();
  const errors = [{ field: "scopes", reason: "users:read is not of a viewer" }];
  answer("post", "/customer/api-keys", problem(400, "too much", errors), 400);
  const user = userEvent.setup();
  renderPage(<ApiKeysPage />, { address: "/api-keys?new=1" });
  await user.type(await screen.findByLabelText("Name"), "Billing export{Enter}");
  expect(await screen.findByText("users:read is not of a viewer")).toBeVisible();
});

it("gives a key a new secret while the one of now works on", async () => {
  let sent: unknown;
  answerKeys(KEY);
  server.use(
    http.post("*/customer/api-keys/k1/rotate", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ ...KEY, key: "pulse_k1_other" });
    }),
  );
  const user = userEvent.setup();
  renderPage(<ApiKeysPage />);
  await user.click(await screen.findByRole("button", { name: "Actions for Billing export" }));
  await user.click(await screen.findByRole("menuitem", { name: "Make a new secret" }));
  await user.selectOptions(await screen.findByLabelText("The secret of now works for"), "3600");
  await user.click(screen.getByRole("button", { name: "Make a new secret" }));
  expect(await screen.findByRole("region", { name: "Key" })).toHaveTextContent("pulse_k1_other");
  expect(sent).toEqual({ overlap_seconds: 3600 });
});

it("revokes a key once that was confirmed", async () => {
  answerKeys(KEY);
  answer("delete", "/customer/api-keys/k1", null, 204);
  const user = userEvent.setup();
  renderPage(<ApiKeysPage />);
  await user.click(await screen.findByRole("button", { name: "Actions for Billing export" }));
  await user.click(await screen.findByRole("menuitem", { name: "Revoke" }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Revoke" }));
  expect(await screen.findByText("Billing export is revoked")).toBeVisible();
});

it.each([
  ["2026-11-21T12:00:00Z", null, "expired"],
  ["2026-11-21T12:00:01Z", null, "soon"],
  ["2026-12-05T12:00:00Z", null, "soon"],
  ["2026-12-05T12:00:01Z", null, "live"],
  ["2026-12-31T12:00:00Z", "2026-11-01T08:00:00Z", "revoked"],
])("a key that ends at %s, revoked at %s, is %s", (expires_at, revoked_at, state) => {
  expect(stateOf({ expires_at, revoked_at }, Date.parse("2026-11-21T12:00:00Z"))).toBe(state);
});
