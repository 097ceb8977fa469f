import { expect, it } from "vitest";
import { inWords, ProblemError } from "./problem";

it.each([
  ["remark", "remark must be short"],
  ["scope.site_ids", "site ids must be short"],
  ["criterion.conditions.0.clear_threshold", "conditions 1, clear threshold must be short"],
  ["recipients.2", "recipients 3 must be short"],
  ["", "must be short"],
])("names %s in words", (field, words) => {
  expect(inWords({ field, reason: "must be short" })).toBe(words);
});

const sentence = (detail: string, ...errors: object[]) => new ProblemError(422, { detail, errors }).sentence;
const name = { field: "name", reason: "is needed" };
const site = { field: "site_id", reason: "is not known" };

it("says once what is wrong", () => {
  expect(sentence("check name", name)).toBe("name is needed");
  expect(sentence("the file is empty", { field: "csv", reason: "must not be empty" })).toBe("the file is empty");
  expect(sentence("it is closed")).toBe("it is closed");
});

it("says each of several", () => {
  expect(sentence("check name, site_id", name, site)).toBe("name is needed; site id is not known");
  expect(sentence("the manifest has faults", name, site)).toBe(
    "the manifest has faults (name is needed; site id is not known)",
  );
});
