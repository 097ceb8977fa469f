/** Names and abbreviations that are written in a way of their own. */
const WRITTEN: Readonly<Record<string, string>> = {
  api: "API",
  cloudwatch: "CloudWatch",
  grafana: "Grafana",
  http: "HTTP",
  lorawan: "LoRaWAN",
  mqtt: "MQTT",
  pagerduty: "PagerDuty",
  prometheus: "Prometheus",
  prtg: "PRTG",
  snmp: "SNMP",
  sns: "SNS",
  ssh: "SSH",
  ups: "UPS",
};

/** A name that programs give, as people read it: LINK_DOWN is "Link down", PRTG_SENSOR "PRTG sensor". */
export function sentenceCase(name: string): string {
  const spaced = name
    .toLowerCase()
    .split("_")
    .map((word) => WRITTEN[word] ?? word)
    .join(" ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** "BL" of Bo Lindqvist. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  return words
    .slice(0, 3)
    .map((word) => Array.from(word).at(0)?.toUpperCase() ?? "")
    .join("");
}
