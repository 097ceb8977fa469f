import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { usePreferences } from "@/lib/preferences";
import type { Line, LineChartProps } from "./LineChart";

// Elsewhere charts of lines are not drawn.
const { default: Plot } = await vi.importActual<{ default: (props: LineChartProps) => ReactNode }>("./Plot");

/** A canvas that draws nothing: jsdom has none. */
const nothing = new Proxy({} as CanvasRenderingContext2D, {
  get: (kept, name): unknown => Reflect.get(kept, name) ?? (() => ({ width: 0 })),
});

vi.stubGlobal(
  "Path2D",
  class {
    rect = vi.fn();
    moveTo = vi.fn();
    lineTo = vi.fn();
    arc = vi.fn();
    closePath = vi.fn();
    addPath = vi.fn();
  },
);

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(nothing);
});
afterEach(() => {
  vi.restoreAllMocks();
  usePreferences.setState({ isDark: false });
});

const line = (name: string, ...values: number[]): Line => ({
  name,
  unit: null,
  points: values.map((value, minute) => [minute * 60_000, value] as const),
});
const chart = (...lines: Line[]) => <Plot label="Fridge" lines={lines} start={0} end={600_000} />;
const hidden = (): string[] => [...document.querySelectorAll(".u-series.u-off")].map(({ textContent }) => textContent);

it("draws a value that is heard into the chart that is there, with what was hidden still hidden", async () => {
  const { rerender } = render(chart(line("temp_c", 4, 5), line("humidity", 50, 51)));
  await userEvent.click(screen.getByText("temp_c"));
  expect(hidden()).toEqual([expect.stringContaining("temp_c")]);
  const drawn = document.querySelector(".uplot");
  rerender(chart(line("temp_c", 4, 5, 6), line("humidity", 50, 51, 52)));
  expect(document.querySelector(".uplot")).toBe(drawn);
  expect(hidden()).toEqual([expect.stringContaining("temp_c")]);
});

it("keeps what was hidden in a chart that is made anew for another theme, or with another line", async () => {
  const { rerender } = render(chart(line("temp_c", 4, 5), line("humidity", 50, 51)));
  await userEvent.click(screen.getByText("temp_c"));
  act(() => usePreferences.setState({ isDark: true }));
  expect(hidden()).toEqual([expect.stringContaining("temp_c")]);
  rerender(chart(line("temp_c", 4, 5), line("humidity", 50, 51), line("pressure", 1, 2)));
  expect(hidden()).toEqual([expect.stringContaining("temp_c")]);
});
