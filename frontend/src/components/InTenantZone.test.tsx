import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { usePreferences } from "@/lib/preferences";
import { renderPage } from "#tests/render";
import { answer, ORGANISATION_ZONE, problem } from "#tests/server";
import { InTenantZone } from "./InTenantZone";

const zone = <InTenantZone>{(timeZone) => <p>clocks of {timeZone}</p>}</InTenantZone>;

it("begins with the organisation's clocks, whatever the person's are", async () => {
  usePreferences.setState({ timeZone: "Asia/Tokyo" });
  renderPage(zone);
  expect(await screen.findByText(`clocks of ${ORGANISATION_ZONE}`)).toBeVisible();
});

it("begins with the person's clocks where the organisation's can't be read", async () => {
  usePreferences.setState({ timeZone: "Asia/Tokyo" });
  answer("get", "/customer/tenant", problem(503, "the database is away"), 503);
  renderPage(zone);
  expect(await screen.findByText("clocks of Asia/Tokyo")).toBeVisible();
});
