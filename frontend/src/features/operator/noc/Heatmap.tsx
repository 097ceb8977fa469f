import { useCallback, type ReactNode } from "react";
import { EChart, type ChartColours } from "@/components/EChart";
import { Panel } from "@/components/Panel";
import { busiestHour, heatOption } from "./options";
import type { HeatCell } from "./queries";
import { text } from "./text";

interface HeatmapProps {
  cells: readonly HeatCell[];
  timezone: string;
  scale: number;
  isTv: boolean;
}

export function Heatmap({ cells, timezone, scale, isTv }: HeatmapProps): ReactNode {
  const option = useCallback((colours: ChartColours) => heatOption(cells, colours, scale), [cells, scale]);
  const total = cells.reduce((sum, cell) => sum + cell.opened, 0);
  return (
    <Panel title={text.heatmap} aside={<span className="text-xs text-muted">{text.heatmapDetail(timezone)}</span>}>
      <ul className="sr-only">
        {cells
          .filter(({ opened }) => opened > 0)
          .map(({ weekday, hour, opened }) => (
            <li key={`${weekday} ${hour}`}>{text.heatmapCell(weekday, hour, opened)}</li>
          ))}
      </ul>
      <EChart label={text.heatmapOf(total, busiestHour(cells))} option={option} className={isTv ? "h-30" : "h-56"} />
    </Panel>
  );
}
