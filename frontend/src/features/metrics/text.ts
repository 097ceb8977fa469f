export const text = {
  title: "Metrics",
  description: "What your devices measure: what it means, in which unit, and which names are one and the same.",
  tabsLabel: "Metrics",
  tabs: { sent: "Sent by devices", catalog: "Catalogue", mappings: "Mappings" },
  needed: "is needed",
  number: "must be a number",
  save: "Save",
  edit: "Edit",
  remove: "Delete",
  more: "More",
  actions: (name: string) => `Actions for ${name}`,
};

export const sentText = {
  detail: "Within the last seven days.",
  search: "Search metrics",
  columns: { metric: "Metric", seen: "Last sent", means: "Reads as" },
  unmapped: "itself",
  describe: "Describe",
  map: "Map",
  empty: "No device has sent a metric within seven days",
  emptyDetail: "Metrics appear here by themselves with the first message of a device.",
  emptyFiltered: "No metric has that in its name",
};

export const catalogText = {
  add: "Describe a metric",
  search: "Search the catalogue",
  columns: { metric: "Metric", description: "Description", unit: "Unit", range: "Expected" },
  range: (min: number | null, max: number | null) =>
    min === null && max === null
      ? "–"
      : max === null
        ? `from ${min}`
        : min === null
          ? `up to ${max}`
          : `${min} to ${max}`,
  empty: "No metric is described yet",
  emptyDetail: "Say what your metrics mean and in which unit they are; mappings lead other names to them.",
  emptyFiltered: "No metric fits",
  title: "Describe a metric",
  editTitle: (metric: string) => `Describe ${metric}`,
  metric: "Metric",
  metricHint: "As devices name it",
  description: "Description",
  unit: "Unit",
  unitHint: "such as °C or kW",
  min: "Expected from",
  max: "Expected to",
  order: "must not be below where it is expected from",
  saved: (metric: string) => `${metric} is described`,
  removeTitle: (metric: string) => `Take ${metric} out of the catalogue?`,
  removeDescription: "Its readings stay. While other metrics are mapped to it, it can't be taken out.",
  removed: (metric: string) => `${metric} is taken out`,
};

export const mappingText = {
  add: "Map a metric",
  normalized: "Reads as",
  anyNormalized: "Every metric",
  columns: { raw: "Metric as sent", normalized: "Reads as", formula: "Converted", changed: "Changed" },
  formula: (multiplier: number, offset: number) =>
    `${multiplier === 1 ? "value" : `value × ${multiplier}`}${offset === 0 ? "" : offset > 0 ? ` + ${offset}` : ` − ${-offset}`}`,
  empty: "No metric is mapped yet",
  emptyDetail: "Devices of different makers name the same thing differently. A mapping reads one name as another.",
  emptyFiltered: "Nothing is mapped to that metric",
  title: "Map a metric",
  editTitle: (raw: string) => `Map ${raw}`,
  detail: "It holds for everything that is read, for past values too; what is stored stays as it was sent.",
  raw: "Metric as sent",
  chooseNormalized: "Choose a metric of the catalogue",
  multiplier: "Times",
  offset: "Plus",
  notZero: "must not be 0",
  example: (before: string, after: string) => `100 sent as ${before} reads as ${after}`,
  saved: (raw: string) => `${raw} is mapped`,
  removeTitle: (raw: string) => `Read ${raw} under its own name again?`,
  removeDescription: "Charts and rules that ask for the metric that it was mapped to no longer see it.",
  removed: (raw: string) => `${raw} is read under its own name`,
};
