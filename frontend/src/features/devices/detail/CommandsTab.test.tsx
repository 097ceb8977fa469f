import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { DeviceDetail } from "@/api/types";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, problem, server } from "#tests/server";
import { CommandsTab } from "./CommandsTab";

const DEVICE = { device_id: "fridge-7", lifecycle: "ACTIVE" } as DeviceDetail;
const COMMAND = {
  command_id: "c-1",
  device_id: "fridge-7",
  group_command_id: null,
  name: "reboot",
  parameters: { delay: 5 },
  status: "QUEUED",
  created_at: "2026-11-21T12:00:00Z",
  created_by: "ada@acme.example",
  expires_at: "2026-11-21T13:00:00Z",
  deliveries: 0,
  delivered_at: null,
  answered_at: null,
  reason: "",
  result: null,
  finished_at: null,
  late_status: null,
  late_reason: null,
};
const SHADOW = {
  version: 4,
  desired: { target_c: 4 },
  reported: { target_c: 6 },
  delta: { target_c: 4 },
  desired_at: "2026-11-21T12:00:00Z",
  reported_at: "2026-11-21T11:00:00Z",
};
const page = (...items: object[]): object => ({ items, next_cursor: null });

beforeEach(() => {
  answer("get", "/customer/devices/fridge-7/commands", page(COMMAND));
  answer("get", "/customer/devices/fridge-7/shadow", SHADOW);
});

it("lists commands with what became of them", async () => {
  const answered = { status: "REJECTED", reason: "door is open", result: { code: 7 }, deliveries: 2 };
  answer("get", "/customer/devices/fridge-7/commands", page({ ...COMMAND, ...answered }));
  const user = userEvent.setup();
  renderPage(<CommandsTab device={DEVICE} />);
  await user.click(await screen.findByRole("button", { name: "Details of reboot" }));
  expect(screen.getByRole("region", { name: "Result" })).toHaveTextContent('"code": 7');
  expect(screen.getAllByText("door is open")).not.toHaveLength(0);
  expect(screen.getByText(/2 times/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Take back" })).not.toBeInTheDocument();
  await expectAccessible();
});

it("says of a command that was given up that the device answered after all", async () => {
  const late = { late_status: "ACKNOWLEDGED", late_reason: "was asleep", answered_at: "2026-11-21T14:00:00Z" };
  answer("get", "/customer/devices/fridge-7/commands", page({ ...COMMAND, status: "EXPIRED", ...late }));
  const user = userEvent.setup();
  renderPage(<CommandsTab device={DEVICE} />);
  expect(await screen.findByText("done, but late")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Details of reboot" }));
  expect(screen.getByText(/Done: was asleep/)).toBeVisible();
});

it("sends a command with what the device expects", async () => {
  let sent: unknown;
  server.use(
    http.post("*/customer/devices/fridge-7/commands", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(COMMAND, { status: 201 });
    }),
  );
  const user = userEvent.setup();
  renderPage(<CommandsTab device={DEVICE} />);
  await user.click((await screen.findAllByRole("button", { name: "Send a command" }))[0] as HTMLElement);
  await user.type(await screen.findByLabelText("Command"), "reboot");
  const parameters = screen.getByLabelText("Parameters");
  await user.clear(parameters);
  await user.type(parameters, "delay");
  await user.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByText("must be a JSON object, such as {}")).toBeVisible();
  await user.clear(parameters);
  await user.type(parameters, '{{"delay": 5}');
  await user.click(screen.getByRole("button", { name: "Send" }));
  expect(await screen.findByText("reboot is on its way")).toBeVisible();
  expect(sent).toEqual({ name: "reboot", parameters: { delay: 5 }, expires_in_seconds: 3600 });
});

it("says why a device takes no command", async () => {
  answer("post", "/customer/devices/fridge-7/commands", problem(409, "it has 100 open commands"), 409);
  const user = userEvent.setup();
  renderPage(<CommandsTab device={DEVICE} />);
  await user.click((await screen.findAllByRole("button", { name: "Send a command" }))[0] as HTMLElement);
  await user.type(await screen.findByLabelText("Command"), "reboot{Enter}");
  expect(await screen.findByText("it has 100 open commands")).toBeVisible();
});

it("takes a command back that the device does not have yet", async () => {
  answer("post", "/customer/devices/fridge-7/commands/c-1/cancel", { ...COMMAND, status: "CANCELLED" });
  const user = userEvent.setup();
  renderPage(<CommandsTab device={DEVICE} />, { address: "/?command=c-1" });
  await user.click(await screen.findByRole("button", { name: "Take back" }));
  await user.type(within(await screen.findByRole("dialog")).getByLabelText("Why"), "By mistake{Enter}");
  expect(await screen.findByText("reboot is taken back")).toBeVisible();
});

it("changes what is desired of the version that was read, and of the next one after a conflict", async () => {
  const versions: (string | null)[] = [];
  server.use(
    http.put("*/customer/devices/fridge-7/shadow/desired", ({ request }) => {
      versions.push(request.headers.get("if-match"));
      return versions.length === 1
        ? HttpResponse.json(problem(412, "this has been changed since you read it"), { status: 412 })
        : HttpResponse.json({ ...SHADOW, version: 6 });
    }),
  );
  const user = userEvent.setup();
  renderPage(<CommandsTab device={DEVICE} />);
  expect(await screen.findByRole("region", { name: "Left to do" })).toHaveTextContent('"target_c": 4');
  await user.click(screen.getByRole("button", { name: "Change what is desired" }));
  answer("get", "/customer/devices/fridge-7/shadow", { ...SHADOW, version: 5 });
  await user.click(await screen.findByRole("button", { name: "Save" }));
  expect(await screen.findByText("this has been changed since you read it")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("The device is told of it")).toBeVisible();
  expect(versions).toEqual(['"4"', '"5"']);
});

it("refuses null in what is desired", async () => {
  const user = userEvent.setup();
  renderPage(<CommandsTab device={DEVICE} />);
  await user.click(await screen.findByRole("button", { name: "Change what is desired" }));
  const state = await screen.findByLabelText("Desired state");
  await user.clear(state);
  await user.type(state, '{{"fan": null}');
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("can't be null: leave out what is not wanted")).toBeVisible();
});

it.each([
  ["viewer", "ACTIVE", 0],
  ["customer", "DECOMMISSIONED", 0],
  ["customer", "ACTIVE", 1],
] as const)("lets a %s command a device that is %s: %d", async (role, lifecycle, buttons) => {
  renderPage(<CommandsTab device={{ ...DEVICE, lifecycle }} />, { role });
  await screen.findByText("Waiting", { selector: "span" });
  expect(screen.queryAllByRole("button", { name: "Send a command" })).toHaveLength(buttons);
});
