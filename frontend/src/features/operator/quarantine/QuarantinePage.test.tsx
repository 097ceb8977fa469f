import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, server } from "#tests/server";
import QuarantinePage from "./QuarantinePage";

const REFUSED = {
  quarantine_id: 9,
  received_at: "2026-11-21T08:00:00Z",
  reason: "BAD_METRICS",
  detail: "temp_c is no finite number",
  tenant_id: "acme",
  device_id: "fridge-1",
  topic: "devices/acme/fridge-1/telemetry",
  principal: "certificate-1",
  message_id: "m-1",
  payload_bytes: 42,
};
let asked = "";

beforeEach(() => {
  server.use(
    http.get("*/operator/quarantine", ({ request }) => {
      asked = new URL(request.url).search;
      return HttpResponse.json({ items: [REFUSED], next_cursor: null });
    }),
  );
  answer("get", "/operator/quarantine/counts", {
    start: "2026-11-20T08:00:00Z",
    end: "2026-11-21T08:00:00Z",
    total: 3,
    reasons: [{ reason: "BAD_METRICS", messages: 3 }],
  });
});

it("shows a refused message with its reason and how it began", async () => {
  answer("get", "/operator/quarantine/9", { ...REFUSED, payload_base64: "eyI=", payload_text: '{"metrics":' });
  const { router } = renderPage(<QuarantinePage />, { role: "operator" });
  await userEvent.click(await screen.findByRole("button", { name: "Wrong metrics: Message of fridge-1" }));
  expect(await screen.findByText('{"metrics":')).toBeVisible();
  expect(screen.getByText("devices/acme/fridge-1/telemetry")).toBeVisible();
  expect(router.state.location.search).toBe("?message=9");
  await expectAccessible();
});

it("shows the start of what is no text in base64", async () => {
  answer("get", "/operator/quarantine/9", { ...REFUSED, payload_base64: "//79", payload_text: null });
  renderPage(<QuarantinePage />, { role: "operator", address: "/?message=9" });
  expect(await screen.findByText("//79")).toBeVisible();
});

it("is narrowed by a reason that was counted", async () => {
  const { router } = renderPage(<QuarantinePage />, { role: "operator", address: "/?tenant=acme" });
  await userEvent.click(await screen.findByRole("button", { name: "Wrong metrics: 3 messages" }));
  expect(router.state.location.search).toBe("?tenant=acme&reason=BAD_METRICS");
  await screen.findByText("temp_c is no finite number");
  expect(asked).toBe("?tenant_id=acme&reason=BAD_METRICS&limit=50");
});
