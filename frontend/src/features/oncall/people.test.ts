import { expect, it } from "vitest";
import { colourOf } from "./people";
import type { Schedule } from "./queries";

const layer = (...emails: string[]) => ({ responders: emails.map((email) => ({ name: email, email })) });
const SCHEDULE = { layers: [layer("b@x.example", "a@x.example"), layer("a@x.example")] } as unknown as Schedule;

it("gives everybody of a schedule one colour, whichever layer they stand in", () => {
  const [first, second] = [colourOf(SCHEDULE, "a@x.example"), colourOf(SCHEDULE, "b@x.example")];
  expect(first).not.toEqual(second);
  expect(colourOf({ ...SCHEDULE, layers: [...SCHEDULE.layers].reverse() }, "a@x.example")).toEqual(first);
});

it("tells who only covers from those of the layers", () => {
  const stranger = colourOf(SCHEDULE, "c@x.example");
  expect([colourOf(SCHEDULE, "a@x.example"), colourOf(SCHEDULE, "b@x.example")]).not.toContainEqual(stranger);
});
