import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState, type ReactNode } from "react";
import { expect, it, vi } from "vitest";
import { keys } from "@/api/queries";
import type { DeviceDetail } from "@/api/types";
import { renderPage } from "#tests/render";
import { answer, hear, problem } from "#tests/server";
import { EditDevice } from "./EditDevice";

const DEVICE = {
  device_id: "freezer-1",
  name: "Freezer 1",
  site_id: "north",
  site_name: "North",
  model: "",
  manufacturer: "",
  serial_number: "",
  firmware_version: "",
  notes: "",
  tags: {},
  version: 4,
} as unknown as DeviceDetail;

/** The page reads the device again while its form is open. */
function Page(): ReactNode {
  const [device, setDevice] = useState(DEVICE);
  return (
    <>
      <EditDevice device={device} onClose={() => undefined} />
      <button hidden data-testid="read" onClick={() => setDevice({ ...DEVICE, notes: "Somebody's", version: 5 })} />
    </>
  );
}

it("is saved from the version that its fields were filled with, so that nobody's change is overwritten", async () => {
  answer("get", "/customer/sites", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/tags", { items: [], next_cursor: null, total: 0 });
  const sent = hear("patch", "/customer/devices/freezer-1", { ...DEVICE });
  renderPage(<Page />);
  await userEvent.type(await screen.findByLabelText("Model"), "CS-200");
  screen.getByTestId("read").click();
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent.version).toBe('"4"'));
});

it("is filled anew from what a colleague has made of it, and saved from that", async () => {
  answer("get", "/customer/sites", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/tags", { items: [], next_cursor: null, total: 0 });
  answer("patch", "/customer/devices/freezer-1", problem(412, "this has been changed since you read it"), 412);
  const onClose = vi.fn();
  const user = userEvent.setup();
  renderPage(<EditDevice device={DEVICE} onClose={onClose} />);
  await user.type(await screen.findByLabelText("Model"), "CS-200");
  await user.click(screen.getByRole("button", { name: "Save" }));
  const reread = await screen.findByRole("button", { name: "Read it again" });
  await user.type(screen.getByLabelText("Add a tag"), "spare");
  answer("get", "/customer/devices/freezer-1", { ...DEVICE, name: "Theirs", tags: { floor: "2" }, version: 5 });
  await user.click(reread);
  expect(await screen.findByDisplayValue("Theirs")).toBe(screen.getByLabelText("Name"));
  expect(screen.getByLabelText("Model")).toHaveValue("");
  expect(screen.getByLabelText("Add a tag")).toHaveValue("");
  expect(screen.getByRole("button", { name: "Remove floor=2" })).toBeVisible();
  expect(onClose).not.toHaveBeenCalled();
  const sent = hear("patch", "/customer/devices/freezer-1", { ...DEVICE });
  await user.type(screen.getByLabelText("Model"), "CS-300");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  expect(sent.version).toBe('"5"');
  expect(sent.body).toMatchObject({ name: "Theirs", model: "CS-300", tags: { floor: "2" } });
  expect(sent.body).not.toHaveProperty("version");
});

it("changes tags as they are made for a new device, with the one that was typed last", async () => {
  answer("get", "/customer/sites", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/tags", { items: [], next_cursor: null, total: 0 });
  const sent = hear("patch", "/customer/devices/freezer-1", { ...DEVICE });
  const user = userEvent.setup();
  renderPage(<EditDevice device={{ ...DEVICE, tags: { floor: "2", spare: "" } }} onClose={() => undefined} />);
  await user.click(await screen.findByRole("button", { name: "Remove spare" }));
  const typed = screen.getByLabelText("Add a tag");
  await user.type(typed, "a/b");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(typed).toHaveAccessibleDescription(/letters, digits/);
  expect(sent.body).toBeUndefined();
  await user.clear(typed);
  await user.type(typed, "zone=dairy");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent.body).toMatchObject({ tags: { floor: "2", zone: "dairy" } }));
});

it("makes lists of alerts be read again, which say what the device is called", async () => {
  answer("get", "/customer/sites", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/tags", { items: [], next_cursor: null, total: 0 });
  hear("patch", "/customer/devices/freezer-1", { ...DEVICE, name: "Freezer 1 in the hall" });
  const onClose = vi.fn();
  const { queries } = renderPage(<EditDevice device={DEVICE} onClose={onClose} />);
  const [list, head] = [
    [...keys.alertLists, {}],
    [...keys.alerts, "head", {}],
  ] as const;
  for (const key of [list, head]) queries.setQueryData(key, {});
  await userEvent.type(await screen.findByLabelText("Name"), " in the hall");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  expect([list, head].map((key) => queries.getQueryState(key)?.isInvalidated)).toEqual([true, true]);
});

it("asks before a tag that is typed and not added is thrown away", async () => {
  answer("get", "/customer/sites", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/tags", { items: [], next_cursor: null, total: 0 });
  const onClose = vi.fn();
  renderPage(<EditDevice device={DEVICE} onClose={onClose} />);
  await userEvent.type(await screen.findByLabelText("Add a tag"), "spare");
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(onClose).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "Discard it" }));
  expect(onClose).toHaveBeenCalledOnce();
});

it("says what is shown of a device without a name", async () => {
  answer("get", "/customer/sites", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/tags", { items: [], next_cursor: null, total: 0 });
  renderPage(<EditDevice device={DEVICE} onClose={() => undefined} />);
  expect(await screen.findByLabelText("Name")).toHaveAccessibleDescription("Left empty, freezer-1 is shown.");
});
