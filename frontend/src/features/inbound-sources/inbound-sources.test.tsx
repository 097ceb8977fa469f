import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, server } from "#tests/server";
import { authenticationOf, firstMessage, signatureOf } from "./authentication";
import InboundSourcesPage from "./InboundSourcesPage";
import type { Authentication } from "./queries";

const SOURCE = {
  version: 2,
  source_id: "s-1",
  name: "PRTG in Lyon",
  addon_id: "prtg",
  site_id: null,
  authentication: { kind: "header", name: "X-Secret" },
  enabled: true,
  path: "/hooks/acme/s-1",
  former_secret_expires_at: null,
  last_received_at: null,
  received: 12,
  unreadable: 2,
  last_error: "this is no JSON",
  created_at: "2026-11-21T12:00:00Z",
  updated_at: "2026-11-21T12:00:00Z",
};
const MADE = { ...SOURCE, secret: "the-secret-of-it" };

beforeEach(() => {
  answer("get", "/customer/inbound-sources", { items: [SOURCE], next_cursor: null, total: 1 });
  answer("get", "/customer/addons", {
    items: [
      { addon_id: "prtg", name: "PRTG", method: "webhook", authentication: { kind: "query", name: "key" } },
      { addon_id: "scripts", name: "Scripts", method: "webhook", authentication: null },
      { addon_id: "axis_camera", name: "Axis cameras", method: "api_poll", authentication: null },
    ],
  });
  answer("get", "/customer/sites", { items: [{ site_id: "lyon", name: "Lyon" }], next_cursor: null, total: 1 });
});

it("shows what each source has sent, and what of it could not be read", async () => {
  renderPage(<InboundSourcesPage />);
  expect(await screen.findByText("PRTG in Lyon")).toBeInTheDocument();
  expect(screen.getByText("2 unreadable")).toBeInTheDocument();
  expect(screen.getByText("this is no JSON")).toBeInTheDocument();
  expect(await screen.findByRole("link", { name: "PRTG" })).toHaveAttribute("href", "/addons/prtg");
  await expectAccessible();
});

it("offers the way in which an addon's system shows a secret, and addons that are sent to alone", async () => {
  const user = userEvent.setup();
  renderPage(<InboundSourcesPage />, { address: "/inbound-sources?new=1" });
  const dialog = await screen.findByRole("dialog", { name: "Add a source" });
  await user.type(within(dialog).getByRole("textbox", { name: "Name" }), "PRTG in Lyon");
  const addons = await within(dialog).findByRole("combobox", { name: "Read by" });
  expect(within(addons).queryByRole("option", { name: "Axis cameras" })).not.toBeInTheDocument();
  await user.click(within(dialog).getByRole("button", { name: "Add" }));
  expect(await within(dialog).findByText("is needed: it reads what the source sends")).toBeInTheDocument();
  await user.selectOptions(addons, "PRTG");
  expect(within(dialog).getByRole("combobox", { name: "It shows its secret in" })).toHaveValue("query");
  expect(within(dialog).getByRole("textbox", { name: "Parameter" })).toHaveValue("key");
});

it("asks how a signature is made and written", async () => {
  let made: { authentication?: unknown } = {};
  server.use(
    http.post("*/customer/inbound-sources", async ({ request }) => {
      made = (await request.json()) as { authentication?: unknown };
      return HttpResponse.json(MADE, { status: 201 });
    }),
  );
  const user = userEvent.setup();
  renderPage(<InboundSourcesPage />, { address: "/inbound-sources?new=1" });
  const dialog = await screen.findByRole("dialog", { name: "Add a source" });
  await user.type(within(dialog).getByRole("textbox", { name: "Name" }), "Builds");
  await user.selectOptions(await within(dialog).findByRole("combobox", { name: "Read by" }), "Scripts");
  await user.selectOptions(within(dialog).getByRole("combobox", { name: "It shows its secret in" }), "hmac");
  await user.selectOptions(within(dialog).getByRole("combobox", { name: "Hash" }), "SHA-512");
  await user.type(within(dialog).getByRole("textbox", { name: "Before the signature" }), "sha512=");
  await user.type(within(dialog).getByRole("textbox", { name: "Header of the time" }), "X-Time");
  await user.click(within(dialog).getByRole("button", { name: "Add" }));
  await screen.findByRole("dialog", { name: "PRTG in Lyon is ready" });
  expect(made.authentication).toEqual({
    kind: "hmac",
    header: "X-Signature-SHA256",
    algorithm: "sha512",
    encoding: "hex",
    prefix: "sha512=",
    timestamp_header: "X-Time",
    separator: ":",
  });
});

it("makes a source and shows its secret and address this once", async () => {
  let made: unknown;
  server.use(
    http.post("*/customer/inbound-sources", async ({ request }) => {
      made = await request.json();
      return HttpResponse.json(MADE, { status: 201 });
    }),
  );
  const user = userEvent.setup();
  renderPage(<InboundSourcesPage />, { address: "/inbound-sources?new=1" });
  const dialog = await screen.findByRole("dialog", { name: "Add a source" });
  await user.type(within(dialog).getByRole("textbox", { name: "Name" }), "PRTG in Lyon");
  await user.selectOptions(await within(dialog).findByRole("combobox", { name: "Read by" }), "PRTG");
  await user.selectOptions(
    within(dialog).getByRole("combobox", { name: "It shows its secret in" }),
    "A field of the body",
  );
  expect(within(dialog).getByRole("textbox", { name: "Path of the field" })).toHaveValue("$.routing_key");
  await user.click(within(dialog).getByRole("button", { name: "Add" }));
  const shown = await screen.findByRole("dialog", { name: "PRTG in Lyon is ready" });
  expect(within(shown).getByRole("region", { name: "Secret" })).toHaveTextContent("the-secret-of-it");
  expect(within(shown).getByRole("region", { name: "Address" })).toHaveTextContent("/hooks/acme/s-1");
  expect(made).toEqual({
    name: "PRTG in Lyon",
    addon_id: "prtg",
    site_id: null,
    authentication: { kind: "body", path: "$.routing_key" },
    enabled: true,
  });
});

it("gives a source another secret, with the time for which the old one works", async () => {
  let asked: unknown;
  server.use(
    http.post("*/customer/inbound-sources/s-1/rotate", async ({ request }) => {
      asked = await request.json();
      return HttpResponse.json(MADE);
    }),
  );
  const user = userEvent.setup();
  renderPage(<InboundSourcesPage />);
  await user.click(await screen.findByRole("button", { name: "Actions for PRTG in Lyon" }));
  await user.click(await screen.findByRole("menuitem", { name: "Make a new secret" }));
  await user.selectOptions(await screen.findByRole("combobox", { name: "The secret of now works for" }), "an hour");
  await user.click(screen.getByRole("button", { name: "Make a new secret" }));
  expect(await screen.findByRole("region", { name: "Secret" })).toHaveTextContent("the-secret-of-it");
  expect(asked).toEqual({ overlap_seconds: 3600 });
});

it("switches a source off without changing anything else of it", async () => {
  let sent: unknown;
  server.use(
    http.put("*/customer/inbound-sources/s-1", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ ...SOURCE, enabled: false });
    }),
  );
  const user = userEvent.setup();
  renderPage(<InboundSourcesPage />);
  await user.click(await screen.findByRole("switch", { name: "Take messages of PRTG in Lyon" }));
  const { name, addon_id, site_id, authentication } = SOURCE;
  await waitFor(() => expect(sent).toEqual({ name, addon_id, site_id, authentication, enabled: false }));
});

it("offers a viewer nothing to change", async () => {
  renderPage(<InboundSourcesPage />, { role: "viewer" });
  await screen.findByText("PRTG in Lyon");
  expect(screen.queryByRole("button", { name: /Actions/ })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Add a source" })).not.toBeInTheDocument();
});

it.each([
  [{ kind: "header", name: "Authorization" }, "'Authorization: Bearer the-secret-of-it'"],
  [{ kind: "header", name: "X-Secret" }, "'X-Secret: the-secret-of-it'"],
  [{ kind: "query", name: "key" }, "s-1?key=the-secret-of-it'"],
] as [Authentication, string][])("knows a first message for %j", (authentication, part) => {
  expect(firstMessage({ ...MADE, authentication }, "https://pulse.example")).toContain(part);
});

it("sends a first message of its own where the addon reads what scripts send", () => {
  const made = { ...MADE, authentication: { kind: "header", name: "X-Secret" } as const };
  expect(firstMessage({ ...made, addon_id: "generic_json" }, "https://pulse.example")).toContain(
    '"alert": "first_message"',
  );
  expect(firstMessage({ ...made, addon_id: "prtg" }, "https://pulse.example")).toContain("@message.json");
});

it("keeps of a signature what is not changed", () => {
  const before = {
    kind: "hmac",
    header: "X-Old",
    algorithm: "sha512",
    encoding: "base64",
    prefix: "v1=",
    timestamp_header: "X-Time",
    separator: ".",
  } as const;
  expect(authenticationOf("hmac", "X-New", signatureOf(before))).toEqual({ ...before, header: "X-New" });
});
