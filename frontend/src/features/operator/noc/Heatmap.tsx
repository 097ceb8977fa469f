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
}

export function Heatmap({ cells, timezone, scale }: HeatmapProps): ReactNode {
  const option = useCallback((colours: ChartColours) => heatOption(cells, colours, scale), [cells, scale]);
  const total = cells.reduce((sum, cell) => sum + cell.opened, 0);
  return (
    <Panel title={text.heatmap} aside={<span className="text-xs text-muted">{text.heatmapDetail(timezone)}</span>}>
      <EChart
        label={text.heatmapOf(total, busiestHour(cells))}
        option={option}
        className={scale > 1 ? "h-[24vh] min-h-56" : "h-56"}
      />
    </Panel>
  );
}
