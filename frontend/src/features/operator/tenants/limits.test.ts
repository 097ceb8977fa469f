import { expect, it } from "vitest";
import { changeOf, limitsIn, written, wrongLine } from "./limits";

it("reads a limit in each line", () => {
  expect(limitsIn("api_tenant 1000:1,600000:3600\n\n  ingest_device 5:1 ")).toEqual({
    api_tenant: "1000:1,600000:3600",
    ingest_device: "5:1",
  });
});

it.each(["api_tenant", "api_tenant 5", "api_tenant 5:1 6:1", "nothing 5:1", "api_tenant 5:1,"])(
  "takes %j for no limit",
  (line) => {
    expect(wrongLine(`ingest_device 5:1\n${line}`)).toBe(line);
  },
);

it("writes what it reads", () => {
  const limits = { ingest_device: "5:1", api_tenant: "10:1" };
  expect(limitsIn(written(limits))).toEqual(limits);
});

it("takes a limit back that is no longer written", () => {
  expect(changeOf({ api_tenant: "10:1", claim: "5:60" }, { claim: "6:60" })).toEqual({
    api_tenant: null,
    claim: "6:60",
  });
});
