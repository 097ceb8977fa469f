import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
import { makeProfile } from "#tests/render";
import { answer, hearQuery } from "#tests/server";
import { signRequestsWith } from "@/api/client";
import { profileQuery } from "@/auth/permissions";
import { deviceDetail } from "@/features/devices/queries";
import { readFirst } from "./firstPage";

const token = (role: string): string => `.${btoa(JSON.stringify({ "cognito:groups": [role] }))}.`;
const signIn = (role: string): void =>
  signRequestsWith({ token: () => token(role), renew: () => Promise.resolve(null) });

afterEach(() => signRequestsWith({ token: () => null, renew: () => Promise.resolve(null) }));

it("reads who is there and what an address shows before its page is there", async () => {
  signIn("viewer");
  const asked = hearQuery("/customer/devices", { items: [], next_cursor: null, total: 0 });
  answer("get", "/customer/me", makeProfile("viewer"));
  const queries = new QueryClient();
  readFirst(queries, { pathname: `${import.meta.env.BASE_URL}devices`, search: "?q=fridge&sort=name" });
  await vi.waitFor(() => expect(queries.isFetching()).toBe(0));
  expect(new URLSearchParams(asked.search).get("q")).toBe("fridge");
  expect(new URLSearchParams(asked.search).get("sort")).toBe("name");
  expect(queries.getQueryData(profileQuery.queryKey)?.roles).toEqual(["viewer"]);
});

it("reads the device of an address", () => {
  signIn("viewer");
  const queries = new QueryClient();
  answer("get", "/customer/me", makeProfile("viewer"));
  answer("get", "/customer/devices/fridge-1", {});
  readFirst(queries, { pathname: `${import.meta.env.BASE_URL}devices/fridge-1`, search: "?tab=uptime" });
  expect(queries.isFetching({ queryKey: deviceDetail("fridge-1").queryKey })).toBe(1);
});

it("asks for nothing that would be refused: an operator has no devices", () => {
  signIn("operator");
  answer("get", "/operator/me", {});
  const queries = new QueryClient();
  readFirst(queries, { pathname: `${import.meta.env.BASE_URL}devices`, search: "" });
  readFirst(queries, { pathname: `${import.meta.env.BASE_URL}no-such-page`, search: "" });
  expect(queries.isFetching()).toBe(1);
  expect(queries.isFetching(profileQuery)).toBe(1);
});
