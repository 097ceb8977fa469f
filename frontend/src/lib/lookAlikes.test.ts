import { expect, it } from "vitest";
import { lookAlikes } from "./lookAlikes";

const KNOWN = ["temp_c", "door_open", "battery_v", "motor.tempC", "humidity", "ph"];

it.each([
  ["temperature", ["temp_c", "motor.tempC"]],
  ["humidty", ["humidity"]],
  ["humidiyt", ["humidity"]],
  ["Battery.Voltage", ["battery_v"]],
  ["doorOpen", ["door_open"]],
  ["foo", []],
  ["p", []],
])("%s looks like %o", (name, alike) => {
  expect(lookAlikes(name, KNOWN)).toEqual(alike);
});

it("names no more than a few, the likest first", () => {
  expect(lookAlikes("flow_rate", ["flow", "flow_rates", "flow_max", "flow_min"])).toEqual([
    "flow_rates",
    "flow",
    "flow_max",
  ]);
});
