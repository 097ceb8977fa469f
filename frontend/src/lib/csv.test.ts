import { expect, it } from "vitest";
import { csvOf } from "./csv";

it("writes a head and rows, and quotes what would break a row", () => {
  expect(
    csvOf(
      ["name", "messages"],
      [
        ["Acme, Oslo", 3],
        ['the "other"\none', null],
      ],
    ),
  ).toBe('name,messages\r\n"Acme, Oslo",3\r\n"the ""other""\none",\r\n');
});

it.each([
  ["=1+1", "'=1+1"],
  ["@cmd", "'@cmd"],
  ["-2 degrees", "'-2 degrees"],
  [-2, "-2"],
])("keeps a spreadsheet from working out %s", (value, written) => {
  expect(csvOf(["a"], [[value]])).toBe(`a\r\n${written}\r\n`);
});
