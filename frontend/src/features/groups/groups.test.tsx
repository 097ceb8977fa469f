import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, problem, server } from "#tests/server";
import { filterOf, formOf, inWords, NO_FILTER } from "./filter";
import GroupPage from "./GroupPage";
import GroupsPage from "./GroupsPage";

const NOTHING = {
  q: null,
  statuses: [],
  site_ids: [],
  device_types: [],
  tags: {},
  parent_device_id: null,
  lifecycle: null,
};
const STATIC = {
  version: 3,
  group_id: "group-1",
  name: "Pilot",
  description: "First to get a firmware",
  kind: "STATIC",
  filter: null,
  created_at: "2026-11-01T08:00:00Z",
  updated_at: "2026-11-01T08:00:00Z",
};
const DYNAMIC = {
  ...STATIC,
  group_id: "group-2",
  name: "Dairy",
  kind: "DYNAMIC",
  filter: { ...NOTHING, statuses: ["OFFLINE"], tags: { zone: "dairy", spare: null } },
};
const DEVICE = {
  device_id: "fridge-7",
  name: "Fridge 7",
  site_id: "oslo-1",
  site_name: "Oslo",
  device_type: "fridge",
  lifecycle: "ACTIVE",
  tags: {},
  status: "ONLINE",
  status_changed_at: null,
  last_seen_at: "2026-11-21T12:00:00Z",
  last_telemetry_at: null,
};
const COMMAND = {
  group_command_id: "command-1",
  group_id: "group-1",
  group_name: "Pilot",
  name: "reboot",
  parameters: { delay: 5 },
  created_at: "2026-11-21T12:00:00Z",
  created_by: "ada@acme.example",
  expires_at: "2026-11-21T13:00:00Z",
  devices: 3,
  left_out: 1,
  counts: { QUEUED: 1, DELIVERED: 0, ACKNOWLEDGED: 1, REJECTED: 1, EXPIRED: 0, CANCELLED: 0 },
};
const page = (...items: object[]): object => ({ items, next_cursor: null, total: items.length });
const onGroup = { address: "/groups/group-1", path: "/groups/:groupId" };

function bodyOf(method: "post" | "patch", path: string, result: object): () => unknown {
  let sent: unknown;
  server.use(
    http[method](`*${path}`, async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(result, { status: method === "post" ? 201 : 200 });
    }),
  );
  return () => sent;
}

beforeEach(() => {
  answer("get", "/customer/sites", page({ site_id: "oslo-1", name: "Oslo" }));
  answer("get", "/customer/device-types", page({ device_type: "fridge" }));
  answer("get", "/customer/devices", page(DEVICE));
  answer("get", "/customer/group-commands", page());
});

describe("the list", () => {
  beforeEach(() => answer("get", "/customer/device-groups", page(STATIC, DYNAMIC)));

  it("says of each group which devices are in it", async () => {
    renderPage(<GroupsPage />);
    expect(await screen.findByRole("link", { name: "Pilot" })).toHaveAttribute("href", "/groups/group-1");
    expect(screen.getByText("that are Offline, tagged zone=dairy and spare")).toBeVisible();
    await expectAccessible();
  });

  it("makes a group by a filter, and shows before who fits", async () => {
    let asked = "";
    server.use(
      http.get("*/customer/devices", ({ request }) => {
        asked = new URL(request.url).search;
        return HttpResponse.json({ items: [DEVICE], next_cursor: null, total: 12 });
      }),
    );
    const sent = bodyOf("post", "/customer/device-groups", DYNAMIC);
    const user = userEvent.setup();
    renderPage(<GroupsPage />, { address: "/?new=1" });
    await user.type(await screen.findByLabelText("Name"), "Dairy");
    await user.selectOptions(screen.getByLabelText("Filled"), "DYNAMIC");
    await user.type(screen.getByLabelText("With tags"), "zone=dairy{Enter}");
    expect(await screen.findByText("12 devices fit now")).toBeVisible();
    expect(screen.getByText("and 11 more")).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Dairy is saved")).toBeVisible();
    expect(sent()).toEqual({ name: "Dairy", description: "", filter: { ...NOTHING, tags: { zone: "dairy" } } });
    expect(asked).toContain("tag=zone%3Ddairy");
  });

  it("refuses a filter that asks for nothing before it is sent", async () => {
    const user = userEvent.setup();
    renderPage(<GroupsPage />, { address: "/?new=1" });
    await user.type(await screen.findByLabelText("Name"), "All");
    await user.selectOptions(screen.getByLabelText("Filled"), "DYNAMIC");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("choose something that devices have to fit")).toBeVisible();
  });

  it("says at the name that it is taken", async () => {
    answer("post", "/customer/device-groups", problem(409, "taken", [{ field: "name", reason: "is taken" }]), 409);
    const user = userEvent.setup();
    renderPage(<GroupsPage />, { address: "/?new=1" });
    await user.type(await screen.findByLabelText("Name"), "Pilot{Enter}");
    expect(await screen.findByText("is taken")).toBeVisible();
  });

  it("deletes a group once that was confirmed", async () => {
    answer("delete", "/customer/device-groups/group-1", null, 204);
    const user = userEvent.setup();
    renderPage(<GroupsPage />);
    await user.click(await screen.findByRole("button", { name: "Actions for Pilot" }));
    await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
    expect(await screen.findByText("Pilot is deleted")).toBeVisible();
  });

  it("offers a viewer no change", async () => {
    renderPage(<GroupsPage />, { role: "viewer" });
    await screen.findByRole("link", { name: "Pilot" });
    expect(screen.queryByRole("button", { name: "New group" })).not.toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Actions for Pilot" })).not.toBeInTheDocument();
  });
});

describe("a group's page", () => {
  beforeEach(() => answer("get", "/customer/device-groups/group-1", STATIC));

  it("puts devices in and takes them out", async () => {
    const sent = bodyOf("post", "/customer/device-groups/group-1/devices", { added: 1, known: 1 });
    answer("delete", "/customer/device-groups/group-1/devices/fridge-7", null, 204);
    const user = userEvent.setup();
    renderPage(<GroupPage />, onGroup);
    await user.click(await screen.findByRole("button", { name: "Add devices" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("Device ids"), "fridge-7, fridge-8{Enter}");
    await user.click(dialog.getByRole("button", { name: "Add devices" }));
    expect(await screen.findByText("1 device added, 1 in it already")).toBeVisible();
    expect(sent()).toEqual({ device_ids: ["fridge-7", "fridge-8"] });
    await user.click(await screen.findByRole("button", { name: "Take Fridge 7 out" }));
    expect(await screen.findByText("fridge-7 is taken out")).toBeVisible();
  });

  it("sends a command to every device, and shows what became of it", async () => {
    answer("get", "/customer/group-commands", page(COMMAND));
    const answered = {
      ...COMMAND,
      command_id: "c-1",
      device_id: "fridge-7",
      status: "REJECTED",
      reason: "door is open",
    };
    answer("get", "/customer/group-commands/command-1/results", page(answered));
    const sent = bodyOf("post", "/customer/device-groups/group-1/commands", COMMAND);
    const user = userEvent.setup();
    renderPage(<GroupPage />, onGroup);
    await user.click(await screen.findByRole("button", { name: "Send a command" }));
    await user.type(await screen.findByLabelText("Command"), "reboot");
    await user.click(screen.getByRole("button", { name: "Send" }));
    expect(await screen.findByText("reboot is sent to 3 devices")).toBeVisible();
    expect(sent()).toEqual({ name: "reboot", parameters: {}, expires_in_seconds: 3600 });
    expect(screen.getByText("1 waiting, 1 done, 1 refused")).toBeVisible();
    expect(screen.getByText("1 device left out: 100 commands are waiting there already")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "What became of reboot" }));
    expect(await screen.findByText("door is open")).toBeVisible();
    await expectAccessible();
  });

  it("takes back what devices don't have yet, and asks why", async () => {
    answer("get", "/customer/group-commands", page(COMMAND));
    answer("get", "/customer/group-commands/command-1/results", page());
    const sent = bodyOf("post", "/customer/group-commands/command-1/cancel", COMMAND);
    const user = userEvent.setup();
    renderPage(<GroupPage />, { ...onGroup, address: "/groups/group-1?command=command-1" });
    await user.click(await screen.findByRole("button", { name: "Take back" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.click(dialog.getByRole("button", { name: "Take back" }));
    expect(await dialog.findByText("is needed")).toBeVisible();
    await user.type(dialog.getByLabelText("Why"), "Wrong group{Enter}");
    expect(await screen.findByText("reboot is taken back where it could be")).toBeVisible();
    expect(sent()).toEqual({ reason: "Wrong group" });
  });

  it("says that there is no such group", async () => {
    answer("get", "/customer/device-groups/group-1", problem(404, "there is no such group"), 404);
    renderPage(<GroupPage />, onGroup);
    expect(await screen.findByText("there is no such group")).toBeVisible();
  });
});

describe("a filter", () => {
  it("is the same after it was in the form", () => {
    const filter = { ...NOTHING, q: "x", statuses: ["STALE"], tags: { zone: "dairy", spare: null, plain: "" } };
    expect(filterOf(formOf(filter as Parameters<typeof formOf>[0]))).toEqual(filter);
  });

  it("of nothing is every device, and none is by hand", () => {
    expect(inWords(filterOf(NO_FILTER))).toBe("every device");
    expect(inWords(null)).toBe("those that were put in");
  });
});
