import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/Button";
import { toast } from "@/components/toast";
import { saveFile } from "@/lib/download";
import { text } from "../text";
import { readingsFile, type Period } from "./readingsFile";

interface ExportProps {
  deviceId: string;
  metrics: readonly string[];
  /** What is on the screen. */
  period: Period;
}

/** Saves the readings that a chart is drawn from. */
export function ExportButton({ deviceId, metrics, period }: ExportProps): ReactNode {
  const run = useMutation({
    mutationFn: () => readingsFile(deviceId, metrics, period),
    onSuccess: ({ csv, isWhole }) => {
      saveFile(nameOf(deviceId, period), csv, "text/csv");
      if (!isWhole) toast.done(text.exportCut);
    },
  });
  return (
    <Button size="small" busy={run.isPending} onClick={() => run.mutate()}>
      <Download aria-hidden className="size-3.5" />
      {run.isPending ? text.exporting : text.exportCsv}
    </Button>
  );
}

/** "freezer-1_telemetry_24h.csv"; a part of the time by its ends, without the colons that files can't have. */
function nameOf(deviceId: string, period: Period): string {
  const moment = (time: string): string => time.slice(0, 19).replaceAll(":", "");
  const when = "range" in period ? period.range : `${moment(period.start)}_${moment(period.end)}`;
  return `${deviceId}_telemetry_${when}.csv`;
}
