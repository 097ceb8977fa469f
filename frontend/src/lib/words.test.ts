import { expect, it } from "vitest";
import { initials, sentenceCase } from "./words";

it.each([
  ["LINK_DOWN", "Link down"],
  ["PRTG_SENSOR", "PRTG sensor"],
  ["SNMP_AUTHENTICATION_FAILURE", "SNMP authentication failure"],
  ["PAGERDUTY_EVENT_WITHOUT_KEY", "PagerDuty event without key"],
  ["inbound_source", "Inbound source"],
  ["", ""],
])("%s is read as %s", (name, words) => {
  expect(sentenceCase(name)).toBe(words);
});

it.each([
  ["Bo Lindqvist", "BL"],
  ["nora", "N"],
  ["  Anna  van der Berg ", "AVD"],
  ["", ""],
])("the initials of %j are %j", (name, letters) => {
  expect(initials(name)).toBe(letters);
});
