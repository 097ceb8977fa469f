import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { renderRoutes } from "#tests/render";
import { answer } from "#tests/server";
import { routes } from "./router";

it("begins where an operator may be, with the pages of operators alone", async () => {
  answer("get", "/operator/tenants", { items: [], next_cursor: null, total: 0 });
  const router = renderRoutes(routes, "operator");
  expect(await screen.findByRole("heading", { level: 1 })).toBeVisible();
  expect(router.state.location.pathname).toMatch(/^\/operator/);
  const links = screen.getByRole("navigation", { name: "Pages" }).querySelectorAll("a");
  expect([...links].filter((link) => !link.getAttribute("href")?.startsWith("/operator"))).toEqual([]);
  expect(screen.queryByText("Connecting")).toBeNull();
});

it("shows an operator nothing of a page that is a tenant's", async () => {
  renderRoutes(routes, "operator", "/devices");
  expect(await screen.findByText("You may not see this page")).toBeVisible();
});
