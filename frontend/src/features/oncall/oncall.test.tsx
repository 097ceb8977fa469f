import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { expectAccessible } from "../../../tests/axe";
import { renderPage } from "../../../tests/render";
import { answer, problem, server } from "../../../tests/server";
import OncallPage from "./OncallPage";
import ScheduleFormPage from "./ScheduleFormPage";
import { oneSchedule } from "./queries";
import SchedulePage from "./SchedulePage";

const anna = { name: "Anna", email: "anna@acme.example", channel_id: null };
const bert = { name: "Bert", email: "bert@acme.example", channel_id: null };
const why = {
  kind: "layer",
  explanation: "turn 1 of layer Weekly",
  layer_id: "layer-1",
  layer_name: "Weekly",
  turn: 1,
};

const schedule = {
  schedule_id: "schedule-1",
  version: 2,
  name: "Cold stores",
  description: "",
  timezone: "Europe/Oslo",
  layers: [
    {
      layer_id: "layer-1",
      name: "Weekly",
      priority: 1,
      rotation: "weekly",
      shift_hours: null,
      rotation_start: "2026-11-02T09:00:00",
      responders: [anna, bert],
      restrictions: [],
    },
  ],
  created_at: "2026-11-01T10:00:00Z",
  updated_at: "2026-11-01T10:00:00Z",
};

const override = {
  override_id: "override-1",
  schedule_id: "schedule-1",
  version: 1,
  kind: "replace",
  responder: bert,
  starts_at: "2026-11-23T08:00:00Z",
  ends_at: "2026-11-24T08:00:00Z",
  reason: "Swap",
  created_by: "anna@acme.example",
  created_at: "2026-11-01T10:00:00Z",
  updated_at: "2026-11-01T10:00:00Z",
};

const page = (...items: object[]): object => ({ items, next_cursor: null, total: items.length });

beforeEach(() => {
  const root = "/customer/oncall-schedules/schedule-1";
  answer("get", root, schedule);
  answer("get", `${root}/current`, {
    schedule_id: "schedule-1",
    at: "2026-11-21T08:00:00Z",
    on_call: [{ ...anna, why }],
    until: "2026-11-23T08:00:00Z",
    next_on_call: [{ ...bert, why }],
  });
  answer("get", `${root}/timeline`, {
    schedule_id: "schedule-1",
    start: "2026-11-21T00:00:00Z",
    end: "2026-12-05T00:00:00Z",
    intervals: [
      { start: "2026-11-21T00:00:00Z", end: "2026-11-30T08:00:00Z", on_call: [{ ...anna, why }] },
      { start: "2026-11-30T08:00:00Z", end: "2026-12-05T00:00:00Z", on_call: [] },
    ],
    layers: [
      {
        layer_id: "layer-1",
        layer_name: "Weekly",
        priority: 1,
        turns: [
          { start: "2026-11-16T08:00:00Z", end: "2026-11-23T08:00:00Z", turn: 3, name: "Anna", email: anna.email },
        ],
      },
    ],
  });
  answer("get", `${root}/gaps`, {
    schedule_id: "schedule-1",
    start: "2026-11-21T08:00:00Z",
    end: "2027-01-16T08:00:00Z",
    gaps: [{ start: "2026-11-30T08:00:00Z", end: "2026-11-30T20:00:00Z", hours: 12 }],
    gap_hours: 12,
    people: [{ name: "Anna", email: anna.email, hours: 672, share: 1 }],
  });
  answer("get", `${root}/overrides`, page(override));
  answer("get", `${root}/calendar-feeds`, { items: [] });
  answer("get", "/customer/notification-channels", page());
});

describe("the list of schedules", () => {
  it("says who is on call now, until when, and who is next, and shows my own shifts", async () => {
    answer("get", "/customer/oncall-schedules", page(schedule));
    answer("get", "/customer/oncall/my-shifts", {
      email: anna.email,
      start: "",
      end: "",
      shifts: [
        {
          schedule_id: "schedule-1",
          schedule_name: "Cold stores",
          start: override.starts_at,
          end: override.ends_at,
          why,
        },
      ],
    });
    renderPage(<OncallPage />);
    expect(await screen.findByText("Anna")).toBeVisible();
    expect(screen.getByText(/then Bert/)).toBeVisible();
    expect(await within(screen.getByRole("region", { name: "My shifts" })).findByText("Cold stores")).toBeVisible();
    await expectAccessible();
  });
});

describe("a schedule", () => {
  const address = { address: "/oncall/schedule-1", path: "/oncall/:scheduleId" };

  it("shows two weeks by layer and in the end, and where nobody is on call", async () => {
    renderPage(<SchedulePage />, address);
    const chart = await screen.findByRole("group", { name: "Who is on call, by layer and in the end" });
    expect(within(chart).getByRole("list", { name: "Weekly" })).toHaveTextContent(/Anna, .*Weekly, turn 3/);
    const final = within(chart).getByRole("list", { name: "In the end" });
    expect(within(final).getByRole("button", { name: /^Nobody is on call, 30 Nov/ })).toBeVisible();
    expect(await screen.findByText("Nobody is on call for 12 h in 1 gap.")).toBeVisible();
    await expectAccessible();
  });

  it("covers a gap with an override of just that time", async () => {
    let sent: unknown;
    server.use(
      http.post("*/customer/oncall-schedules/schedule-1/overrides", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(override, { status: 201 });
      }),
    );
    renderPage(<SchedulePage />, address);
    await userEvent.click(await screen.findByRole("button", { name: "Cover it" }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.selectOptions(within(dialog).getByLabelText("Who"), bert.email);
    await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Override of Bert is saved")).toBeVisible();
    expect(sent).toMatchObject({
      kind: "replace",
      responder: bert,
      starts_at: "2026-11-30T08:00:00.000Z",
      ends_at: "2026-11-30T20:00:00.000Z",
    });
  });

  describe("dragged over", () => {
    const HOUR_PIXELS = 4;
    /** Pixels of an instant in the two weeks that are shown. */
    const placeOf = (time: string): number =>
      ((Date.parse(time) - Date.parse("2026-11-21T00:00:00Z")) / 3_600_000) * HOUR_PIXELS;
    const [from, until] = [placeOf("2026-11-25T08:00:00Z"), placeOf("2026-11-25T16:10:00Z")];
    const drag = async (row: string, to: number, pointerType = "mouse"): Promise<HTMLElement> => {
      const list = await screen.findByRole("list", { name: row });
      const track = list.parentElement ?? list;
      track.getBoundingClientRect = () => ({ left: 0, width: 14 * 24 * HOUR_PIXELS }) as DOMRect;
      const bar = within(list).getAllByRole("listitem")[0] ?? list;
      fireEvent.pointerDown(bar, { button: 0, buttons: 1, clientX: from, pointerType });
      fireEvent.pointerMove(bar, { buttons: 1, clientX: to, pointerType });
      return bar;
    };
    const release = (bar: HTMLElement, clientX: number): boolean => fireEvent.pointerUp(bar, { button: 0, clientX });
    const times = /^25 Nov, \d\d:00 – \d\d:00$/;

    beforeEach(() => vi.setSystemTime("2026-11-21T08:30:00Z"));
    afterEach(() => vi.useRealTimers());

    it.each(["In the end", "Weekly"])("begins an override of just that time in the row %s", async (row) => {
      renderPage(<SchedulePage />, address);
      const bar = await drag(row, until);
      expect(screen.getByText(times)).toBeVisible();
      expect(screen.getByText(/Drag over a row/)).toBeVisible();
      release(bar, until);
      expect(screen.queryByText(times)).toBeNull();
      const dialog = within(await screen.findByRole("dialog", { name: "Override" }));
      expect(dialog.getByLabelText("From")).toHaveValue("2026-11-25T09:00");
      expect(dialog.getByLabelText("Until")).toHaveValue("2026-11-25T17:00");
    });

    it("begins no override before now", async () => {
      renderPage(<SchedulePage />, address);
      release(await drag("In the end", 0), 0);
      const dialog = within(await screen.findByRole("dialog", { name: "Override" }));
      expect(dialog.getByLabelText("From")).toHaveValue("2026-11-21T10:00");
      expect(dialog.getByLabelText("Until")).toHaveValue("2026-11-25T09:00");
    });

    it("is left with Escape, with less than a few pixels and with a finger", async () => {
      renderPage(<SchedulePage />, address);
      const bar = await drag("In the end", until);
      await userEvent.keyboard("{Escape}");
      expect(screen.queryByText(times)).toBeNull();
      release(bar, until);
      release(await drag("In the end", from + 3), from + 3);
      release(await drag("In the end", until, "touch"), until);
      expect(screen.queryByRole("dialog")).toBeNull();
      await userEvent.click(within(screen.getByRole("list", { name: "In the end" })).getAllByRole("button")[0] ?? bar);
      expect(await screen.findByRole("dialog", { name: "Override" })).toBeVisible();
    });

    it("does nothing for who only reads, and is not spoken of", async () => {
      renderPage(<SchedulePage />, { ...address, role: "viewer" });
      const bar = await drag("In the end", until);
      expect(screen.queryByText(times)).toBeNull();
      release(bar, until);
      expect(screen.queryByRole("dialog")).toBeNull();
      expect(screen.queryByText(/Drag over a row/)).toBeNull();
    });
  });

  it("shows at the end of an override why the API refuses it", async () => {
    const refusal = problem(400, "check it", [{ field: "ends_at", reason: "must be in the future" }]);
    answer("post", "/customer/oncall-schedules/schedule-1/overrides", refusal, 400);
    renderPage(<SchedulePage />, address);
    await userEvent.click(await screen.findByRole("button", { name: "Add an override" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Save" }));
    expect(await screen.findByText("must be in the future")).toBeVisible();
    expect(screen.getByLabelText("Until")).toBeInvalid();
  });

  it("shows a calendar address once, when it is made", async () => {
    answer(
      "post",
      "/customer/oncall-schedules/schedule-1/calendar-feeds",
      { path: "/calendars/oncall?token=secret" },
      201,
    );
    renderPage(<SchedulePage />, address);
    await userEvent.click(await screen.findByRole("button", { name: "New address" }));
    await userEvent.type(screen.getByLabelText("Who or what reads it"), "Anna's phone");
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "New address" }));
    expect(await screen.findByText(/\/calendars\/oncall\?token=secret$/)).toBeVisible();
  });

  it("lets who only reads change nothing", async () => {
    renderPage(<SchedulePage />, { ...address, role: "viewer" });
    await screen.findByText("Nobody is on call for 12 h in 1 gap.");
    for (const name of ["Add an override", "Edit", "Delete", "Cover it", "New address"]) {
      expect(screen.queryByRole("button", { name })).toBeNull();
    }
  });
});

describe("the form of a schedule", () => {
  it("can be left again, to where it was opened", async () => {
    renderPage(<ScheduleFormPage />, { address: "/oncall/new", path: "/oncall/new" });
    expect(await screen.findByRole("link", { name: "Cancel" })).toHaveAttribute("href", "/oncall");
  });

  it("shows a schedule that is opened again as somebody else has left it, whatever its page has kept", async () => {
    const { leaveAndReturn, queries } = renderPage(<ScheduleFormPage />, {
      address: "/oncall/schedule-1/edit",
      path: "/oncall/:scheduleId/edit",
    });
    await queries.query(oneSchedule("schedule-1"));
    expect(await screen.findByDisplayValue("Cold stores")).toBeVisible();
    answer("get", "/customer/oncall-schedules/schedule-1", { ...schedule, name: "Nights", version: 6 });
    await leaveAndReturn();
    expect((await screen.findAllByLabelText("Name"))[0]).toHaveValue("Nights");
  });

  it("tells the API the layers in their order, with a person that was added", async () => {
    let sent: unknown;
    server.use(
      http.put("*/customer/oncall-schedules/schedule-1", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(schedule);
      }),
    );
    renderPage(<ScheduleFormPage />, { address: "/oncall/schedule-1/edit", path: "/oncall/:scheduleId/edit" });
    await userEvent.click(await screen.findByRole("button", { name: "Add a responder" }));
    const third = within(screen.getByRole("group", { name: "Responder 3" }));
    await userEvent.type(third.getByLabelText("Name"), "Cleo");
    await userEvent.type(third.getByLabelText("E-mail"), "cleo@acme.example");
    await userEvent.click(screen.getByRole("button", { name: "Move Responder 3 up" }));
    await expectAccessible();
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Cold stores is saved")).toBeVisible();
    expect(sent).toMatchObject({
      layers: [{ priority: 1, shift_hours: null, responders: [anna, { name: "Cleo", channel_id: null }, bert] }],
    });
  });
});
