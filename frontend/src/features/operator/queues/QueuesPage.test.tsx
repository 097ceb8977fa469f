import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, hear, problem } from "#tests/server";
import QueuesPage from "./QueuesPage";

const NOW = "2026-11-21T12:00:00Z";
const QUEUE = { messages: 0, in_flight: 0, oldest_age_seconds: null, holds_failures: false, redrives_to: null };
const DEAD = {
  ...QUEUE,
  queue: "notify_dead_letter",
  messages: 3,
  oldest_age_seconds: 7200,
  holds_failures: true,
  redrives_to: "notify",
};

beforeEach(() => {
  answer("get", "/operator/queues", {
    as_of: NOW,
    items: [DEAD, { ...QUEUE, queue: "delivery" }, { ...QUEUE, queue: "telemetry", messages: 1200, in_flight: 7 }],
  });
  answer("get", "/operator/outbox", {
    as_of: NOW,
    events: 2,
    oldest_age_seconds: 60,
    refused: 1,
    refused_events: [
      {
        event_id: "e-1",
        tenant_id: "acme",
        event_type: "alert.opened",
        created_at: NOW,
        due_at: NOW,
        attempts: 4,
        last_error: "too large",
      },
    ],
  });
});

async function order(): Promise<(string | null)[]> {
  const table = await screen.findByRole("table", { name: "Queues & dead letters" });
  return within(table)
    .getAllByRole("row")
    .slice(1)
    .map((row) => row.querySelector("code")?.textContent ?? null);
}

it("shows how much waits and for how long, what failed first", async () => {
  renderPage(<QueuesPage />, { role: "operator" });
  expect(await order()).toEqual(["notify_dead_letter", "telemetry", "delivery"]);
  expect(screen.getByText("2 h")).toBeVisible();
  expect(screen.getByText("1,200")).toBeVisible();
  expect(await screen.findByText("too large")).toBeVisible();
  await expectAccessible();
});

it("keeps its order and filters in the address", async () => {
  const { router } = renderPage(<QueuesPage />, { role: "operator", address: "/?show=waiting" });
  expect(await order()).toEqual(["notify_dead_letter", "telemetry"]);
  await userEvent.click(screen.getByRole("button", { name: "Wait" }));
  expect(router.state.location.search).toBe("?show=waiting&sort=messages&order=desc");
  expect(await order()).toEqual(["telemetry", "notify_dead_letter"]);
});

it("says that nothing fits, and takes the filters away", async () => {
  renderPage(<QueuesPage />, { role: "operator", address: "/?q=nothing" });
  expect(await screen.findByText("No queue fits")).toBeVisible();
  await userEvent.click(screen.getAllByRole("button", { name: "Clear filters" })[0] as HTMLElement);
  expect(await order()).toHaveLength(3);
});

it("shows some of the messages that failed", async () => {
  answer("get", "/operator/queues/notify_dead_letter/messages", {
    queue: "notify_dead_letter",
    as_of: NOW,
    items: [{ message_id: "m-1", sent_at: NOW, age_seconds: 3, receive_count: 5, body: '{"alert_id": "a-1"}' }],
  });
  renderPage(<QueuesPage />, { role: "operator" });
  await userEvent.click(await screen.findByRole("button", { name: "Messages of Notify dead letter" }));
  expect(await screen.findByText('{"alert_id": "a-1"}')).toBeVisible();
  expect(screen.getByText("tried 5 times")).toBeVisible();
  await expectAccessible();
});

it("puts failed messages back to work, as many as are wanted", async () => {
  const heard = hear("post", "/operator/queues/notify_dead_letter/redrive", {
    queue: "notify_dead_letter",
    redriven_to: "notify",
    messages: 2,
    left: 1,
  });
  renderPage(<QueuesPage />, { role: "operator-admin" });
  await userEvent.click(await screen.findByRole("button", { name: "Actions for notify_dead_letter" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Put back to work" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.clear(dialog.getByLabelText("Messages, at most"));
  await userEvent.type(dialog.getByLabelText("Messages, at most"), "0");
  await userEvent.click(dialog.getByRole("button", { name: "Put back to work" }));
  expect(await dialog.findByText("is a whole number from 1 to 10,000")).toBeVisible();
  await userEvent.clear(dialog.getByLabelText("Messages, at most"));
  await userEvent.type(dialog.getByLabelText("Messages, at most"), "2{Enter}");
  expect(await screen.findByText("2 messages put back to notify, about 1 left")).toBeVisible();
  expect(heard.body).toEqual({ most: 2 });
});

it("deletes for good only after the queue's name is written", async () => {
  const heard = hear("post", "/operator/queues/notify_dead_letter/purge", null, 204);
  renderPage(<QueuesPage />, { role: "operator-admin" });
  await userEvent.click(await screen.findByRole("button", { name: "Actions for notify_dead_letter" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete all" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.click(dialog.getByRole("button", { name: "Delete all" }));
  expect(await dialog.findByText("is not the queue's name")).toBeVisible();
  expect(heard.body).toBeUndefined();
  await userEvent.type(dialog.getByRole("textbox"), "notify_dead_letter{Enter}");
  expect(await screen.findByText("notify_dead_letter is being emptied")).toBeVisible();
  expect(heard.body).toBeNull();
});

it("offers who only reads nothing to change", async () => {
  renderPage(<QueuesPage />, { role: "operator" });
  await order();
  expect(screen.queryByRole("button", { name: "Actions for notify_dead_letter" })).toBeNull();
});

it("says why the queues can't be read", async () => {
  answer("get", "/operator/queues", problem(503, "the queues are away"), 503);
  renderPage(<QueuesPage />, { role: "operator" });
  expect(await screen.findByText("the queues are away")).toBeVisible();
});
