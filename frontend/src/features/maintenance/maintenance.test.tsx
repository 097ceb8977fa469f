import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { expectAccessible } from "../../../tests/axe";
import { renderPage } from "../../../tests/render";
import { answer, problem, server } from "../../../tests/server";
import MaintenancePage from "./MaintenancePage";

const everything = { site_ids: [], device_types: [], group_ids: [], tags: {}, device_ids: [] };
const window = {
  window_id: "window-1",
  version: 2,
  name: "Defrosting",
  description: "",
  starts_at: "2026-11-02T01:00:00Z",
  ends_at: "2026-11-02T03:00:00Z",
  timezone: "UTC",
  recurrence: "FREQ=WEEKLY;BYDAY=MO",
  selector: everything,
  ended_early: [],
  state: "ACTIVE",
  next_starts_at: "2026-11-23T01:00:00Z",
  next_ends_at: "2026-11-23T03:00:00Z",
  expires_at: "2036-11-02T03:00:00Z",
  held: 3,
  created_by: "anna@acme.example",
  created_at: "2026-11-01T10:00:00Z",
  updated_at: "2026-11-01T10:00:00Z",
};

beforeEach(() => {
  answer("get", "/customer/maintenance-windows", { items: [window], next_cursor: null, total: 1 });
  answer("get", "/customer/maintenance-windows/calendar", { items: [] });
});

describe("maintenance windows", () => {
  it("say whether they are on, when they come again, and what they hold back", async () => {
    renderPage(<MaintenancePage />);
    const row = (await screen.findByText("Defrosting")).closest("tr");
    expect(row).toHaveTextContent("On now");
    expect(row).toHaveTextContent("every week on Monday");
    expect(row).toHaveTextContent("Every device");
    await expectAccessible();
  });

  it("are planned with a recurrence in plain words", async () => {
    let sent: unknown;
    server.use(
      http.post("*/customer/maintenance-windows", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(window, { status: 201 });
      }),
    );
    for (const menu of ["sites", "device-types", "device-groups", "devices"]) {
      answer("get", `/customer/${menu}`, { items: [], next_cursor: null, total: 0 });
    }
    renderPage(<MaintenancePage />);
    await userEvent.click(await screen.findByRole("button", { name: "New window" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.type(dialog.getByLabelText("Name"), "Defrosting");
    await userEvent.selectOptions(dialog.getByLabelText("Repeats"), "weekly");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await dialog.findByText("choose at least one day")).toBeVisible();
    expect(dialog.getByText("choose every device, or which ones")).toBeVisible();
    await userEvent.click(dialog.getByRole("radio", { name: "Only devices that fit all of this" }));
    expect(dialog.getByText("choose every device, or which ones")).toBeVisible();
    await userEvent.click(dialog.getByRole("radio", { name: "Every device" }));
    await userEvent.click(dialog.getByRole("checkbox", { name: "Fri" }));
    await userEvent.click(dialog.getByRole("checkbox", { name: "Mon" }));
    expect(dialog.getByText("every week on Monday, Friday")).toBeVisible();
    await userEvent.click(dialog.getByRole("radio", { name: "Every device" }));
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Defrosting is planned")).toBeVisible();
    expect(sent).toMatchObject({ name: "Defrosting", recurrence: "FREQ=WEEKLY;BYDAY=MO,FR", selector: everything });
  });

  it("that are on are ended after a question, which says that those that recur come again", async () => {
    let asked: Request | undefined;
    server.use(
      http.post("*/customer/maintenance-windows/window-1/end", ({ request }) => {
        asked = request;
        return HttpResponse.json({ ...window, state: "UPCOMING" });
      }),
    );
    renderPage(<MaintenancePage />);
    await userEvent.click(await screen.findByRole("button", { name: "Actions for Defrosting" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "End now" }));
    const dialog = within(await screen.findByRole("dialog", { name: "End Defrosting now?" }));
    expect(dialog.getByText("This time alone ends; the times to come stay as planned.")).toBeVisible();
    expect(asked).toBeUndefined();
    await userEvent.click(dialog.getByRole("button", { name: "End now" }));
    expect(await screen.findByText("Defrosting has ended")).toBeVisible();
    expect(asked?.headers.get("If-Match")).toBe('"2"');
  });

  it("that are not on can't be ended", async () => {
    answer("get", "/customer/maintenance-windows", {
      items: [{ ...window, state: "UPCOMING" }],
      next_cursor: null,
      total: 1,
    });
    renderPage(<MaintenancePage />);
    await userEvent.click(await screen.findByRole("button", { name: "Actions for Defrosting" }));
    expect(await screen.findByRole("menuitem", { name: "Edit" })).toBeVisible();
    expect(screen.queryByRole("menuitem", { name: "End now" })).toBeNull();
  });

  it.each([
    ["2020-11-02T01:00:00Z", "End for good", "End Defrosting for good?", /stays in reports/, "Defrosting has ended"],
    ["2099-11-02T01:00:00Z", "Delete", "Delete Defrosting?", /It has not begun/, "Defrosting is deleted"],
  ])("that began at %s are taken back by %s", async (starts_at, action, title, words, done) => {
    const item = { ...window, starts_at, state: "UPCOMING" };
    answer("get", "/customer/maintenance-windows", { items: [item], next_cursor: null, total: 1 });
    server.use(http.delete("*/customer/maintenance-windows/window-1", () => new HttpResponse(null, { status: 204 })));
    renderPage(<MaintenancePage />);
    await userEvent.click(await screen.findByRole("button", { name: "Actions for Defrosting" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: action }));
    const dialog = within(await screen.findByRole("dialog", { name: title }));
    expect(dialog.getByText(words)).toBeVisible();
    await userEvent.click(dialog.getByRole("button", { name: action }));
    expect(await screen.findByText(done)).toBeVisible();
  });

  it("that are over stay as they were", async () => {
    const item = { ...window, state: "EXPIRED", next_starts_at: null, next_ends_at: null };
    answer("get", "/customer/maintenance-windows", { items: [item], next_cursor: null, total: 1 });
    renderPage(<MaintenancePage />);
    await screen.findByText("Defrosting");
    expect(screen.queryByRole("button", { name: "Actions for Defrosting" })).toBeNull();
  });

  it("keep the seconds of times that nobody changes, and say what can't be changed once they have begun", async () => {
    const begun = { ...window, starts_at: "2020-11-02T01:00:17Z", recurrence: null };
    answer("get", "/customer/maintenance-windows", { items: [begun], next_cursor: null, total: 1 });
    let sent: unknown;
    server.use(
      http.put("*/customer/maintenance-windows/window-1", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(window);
      }),
    );
    renderPage(<MaintenancePage />);
    await userEvent.click(await screen.findByRole("button", { name: "Actions for Defrosting" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Edit" }));
    expect(await screen.findByText(/^It has begun/)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Defrosting is planned")).toBeVisible();
    expect(sent).toMatchObject({ starts_at: "2020-11-02T01:00:17Z", ends_at: window.ends_at });
  });

  it("show at its field what the API refuses", async () => {
    const refusal = problem(400, "check it", [{ field: "ends_at", reason: "must be within 90 days" }]);
    answer("put", "/customer/maintenance-windows/window-1", refusal, 400);
    renderPage(<MaintenancePage />);
    await userEvent.click(await screen.findByRole("button", { name: "Actions for Defrosting" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Edit" }));
    await userEvent.click(await screen.findByRole("button", { name: "Save" }));
    expect(await screen.findByText("must be within 90 days")).toBeVisible();
    expect(screen.getByLabelText("Until")).toBeInvalid();
  });

  it("are not changed by a viewer", async () => {
    renderPage(<MaintenancePage />, { role: "viewer" });
    await screen.findByText("Defrosting");
    expect(screen.queryByRole("button", { name: "New window" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Actions for Defrosting" })).toBeNull();
  });
});
