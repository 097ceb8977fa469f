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

it("names every day from the first on, and its month", () => {
  const first = Date.UTC(2026, 10, 25);
  render(<Gantt label="Turns" start={first} end={first + 7 * DAY} rows={[]} />);
  expect(screen.getByRole("group", { name: "Turns" })).toHaveTextContent(
    /^Nov\s*Dec\s*Wed 25\s*Thu 26\s*Fri 27\s*Sat 28\s*Sun 29\s*Mon 30\s*Tue 1$/,
  );
});
