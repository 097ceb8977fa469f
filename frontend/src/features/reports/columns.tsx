import type { ColumnDef } from "@tanstack/react-table";
import { shareInWords, shareTone } from "@/lib/availability";
import { classes } from "@/lib/classes";
import { longDuration, SECOND } from "@/lib/time";
import type { AvailabilityFigures } from "./queries";
import { reportText as text } from "./text";

/** What every row of availability says, whatever it is of. */
export function availabilityColumns<Row extends AvailabilityFigures>(): ColumnDef<Row>[] {
  const time = (id: "up" | "down" | "maintenance" | "unknown"): ColumnDef<Row> => ({
    id,
    header: text.columns[id],
    meta: { className: "tabular text-right text-muted" },
    cell: ({ row }) => longDuration(row.original[`${id}_seconds`] * SECOND),
  });
  return [
    {
      id: "availability",
      header: text.columns.availability,
      meta: { className: "tabular text-right" },
      cell: ({
        row: {
          original: { availability_percent, known_percent },
        },
      }) => (
        <span className={classes("font-medium", shareTone(availability_percent, known_percent))}>
          {shareInWords(availability_percent, known_percent)}
        </span>
      ),
    },
    time("up"),
    time("down"),
    time("maintenance"),
    time("unknown"),
  ];
}
