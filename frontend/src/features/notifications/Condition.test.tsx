import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { renderPage } from "#tests/render";
import { answer } from "#tests/server";
import { Condition } from "./Condition";
import { USUAL } from "./events";
import type { RoutingRule } from "./queries";

const rule = (changes: Partial<RoutingRule>): RoutingRule =>
  ({
    min_severity: "MEDIUM",
    events: ["opened"],
    alert_types: [],
    site_ids: [],
    group_ids: [],
    tags: {},
    ...changes,
  }) as unknown as RoutingRule;

it.each([
  [["opened", "closed"], /; opened, closed$/],
  [USUAL, /; every event$/],
  [[...USUAL, "tenant_deletion"], /; every event, /],
])("says of the events %j %s", async (events, words) => {
  renderPage(<Condition rule={rule({ events: events as RoutingRule["events"] })} />);
  expect(await screen.findByText(words)).toBeVisible();
});

it("calls sites by their names", async () => {
  answer("get", "/customer/sites", { items: [{ site_id: "oslo-1", name: "Oslo harbour" }], next_cursor: null });
  renderPage(<Condition rule={rule({ site_ids: ["oslo-1"] })} />);
  expect(await screen.findByText(/; at Oslo harbour$/)).toBeVisible();
});
