import { render, screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "@/lib/time";
import { Gantt, type GanttBar } from "./Gantt";

const start = Math.floor(Date.now() / DAY) * DAY - 7 * DAY;

function makeBar(changes: Partial<GanttBar> = {}): GanttBar {
  return { key: "bar", start, end: start + HOUR, label: "Too warm", paint: "bg-critical", ...changes };
}

it("shows a bar that has only just begun at the edge within the chart, and over the line of now", () => {
  const end = Date.now() + 2 * MINUTE;
  const bar = makeBar({ start: end - MINUTE, end });
  render(<Gantt label="Alerts" start={start} end={end} rows={[{ key: "a", name: "A", label: "A", bars: [bar] }]} />);
  const list = screen.getByRole("list", { name: "A" });
  const shown = within(list).getByRole("listitem");
  expect(shown).toHaveClass("min-w-1.5");
  expect(list.parentElement).toHaveClass("mr-1.5");
  const now = list.parentElement?.querySelector(".bg-accent");
  expect(now?.compareDocumentPosition(list)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});
