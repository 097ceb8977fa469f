import { count, counted } from "@/lib/numbers";

export const text = {
  title: "Import devices",
  description:
    "Add many devices from a file, or bring those that are there up to date. Nothing is changed before you say so.",
  back: "All devices",
  template: "Download a template",
  drop: "Drop a CSV file here, or",
  choose: "Choose a file",
  another: "Choose another file",
  limits:
    "Up to 500 rows and 1 MB; the first line names the columns, of which device_id, site_id and device_type are needed.",
  tooLarge: (name: string) => `${name} is larger than 1 MB. Split it into several files.`,
  notText: (name: string) => `${name} is not a text file in UTF-8. Save it as CSV (UTF-8).`,
  again: "Try again",
  checking: "Looking through the file",
  file: (name: string, rows: number) => `${name}: ${counted(rows, "row")}`,
  tabs: { all: "All", created: "New", updated: "Changed", unchanged: "Unchanged", failed: "Wrong" },
  tabsLabel: "Rows by what becomes of them",
  outcomes: {
    preview: { created: "Would be added", updated: "Would change", unchanged: "Stays as it is", failed: "Wrong" },
    done: { created: "Added", updated: "Changed", unchanged: "Unchanged", failed: "Refused" },
  },
  columns: { row: "Row", device: "Device", outcome: "Outcome", errors: "What is wrong" },
  run: (rows: number) => `Import ${counted(rows, "row")}`,
  nothing: "Nothing to import",
  skips: (failed: number) => `${counted(failed, "row")} will be left out. Correct the file, or import the rest.`,
  correct: "No row is right. Correct the file and choose it again.",
  report: "Download what is wrong",
  done: (created: number, updated: number) => `${count(created)} added, ${count(updated)} changed`,
  refused: (failed: number) => `${counted(failed, "row")} refused`,
  toDevices: "See the devices",
  noRows: "No row is like that",
};
