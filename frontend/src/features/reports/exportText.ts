import type { Schemas } from "@/api/types";
import { counted } from "@/lib/numbers";

export const datasetWords: Record<Schemas["Dataset"], string> = {
  devices: "Devices",
  alerts: "Alerts",
  telemetry: "Telemetry",
};

export const exportStatusWords: Record<Schemas["ExportStatus"], string> = {
  PENDING: "Waiting",
  RUNNING: "Being made",
  DONE: "Done",
  FAILED: "Failed",
  CANCELLED: "Cancelled",
};

export const exportText = {
  title: "Exports",
  add: "Export data",
  empty: "No export yet",
  emptyDetail:
    "Devices, alerts and telemetry as files. Small ones come at once; large ones stand here until they are made.",
  emptyFiltered: "No export fits",
  dataset: "Of what",
  anyDataset: "Of everything",
  status: "Status",
  anyStatus: "Any status",
  columns: { what: "What", status: "Status", size: "Size", by: "Asked for", expires: "File until", actions: "Actions" },
  format: (dataset: string, format: string) => `${dataset} as ${format.toUpperCase()}`,
  until: (start: string, end: string) => `${start} until ${end}`,
  site: (site: string) => `site ${site}`,
  device: (device: string) => `device ${device}`,
  progress: (percent: string) => `${percent} done`,
  rows: (rows: number) => counted(rows, "row"),
  gone: "no longer there",
  download: "Download",
  downloadOf: (what: string) => `Download ${what}`,
  cancel: "Cancel",
  cancelOf: (what: string) => `Cancel ${what}`,
  handedOver: "The file is handed over",
  asked: "The file is being made: it shows here when it is done",
  downloading: "The download begins",
  cancelled: "The file is not made",
  form: {
    title: "Export data",
    description: "Small files come at once, large ones are made in the background and can be fetched for 24 hours.",
    dataset: "What",
    format: "As",
    formats: { csv: "CSV, for spreadsheets", json: "JSON, for programs" },
    from: "From",
    fromHint: "Empty: seven days before the end",
    until: "Until",
    untilHint: "Empty: now",
    order: "must be after the start",
    site: "Site",
    everySite: "Every site",
    device: "Device id",
    deviceHint: "Empty: every device",
    status: "Status",
    anyStatus: "Any",
    export: "Export",
  },
};
