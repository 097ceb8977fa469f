import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
import { hearQuery } from "#tests/server";
import { signRequestsWith } from "@/api/client";
import { readFirst } from "./firstPage";

const token = (role: string): string => `.${btoa(JSON.stringify({ "cognito:groups": [role] }))}.`;
const signIn = (role: string): void =>
  signRequestsWith({ token: () => token(role), renew: () => Promise.resolve(null) });

afterEach(() => signRequestsWith({ token: () => null, renew: () => Promise.resolve(null) }));

it("reads what an address shows before its page is there", async () => {
  signIn("viewer");
  const asked = hearQuery("/customer/devices", { items: [], next_cursor: null, total: 0 });
  const queries = new QueryClient();
  readFirst(queries, { pathname: `${import.meta.env.BASE_URL}devices`, search: "?q=fridge&sort=name" });
  await vi.waitFor(() => expect(new URLSearchParams(asked.search).get("q")).toBe("fridge"), { timeout: 30_000 });
  expect(new URLSearchParams(asked.search).get("sort")).toBe("name");
});

it("asks for nothing that would be refused: an operator has no devices", () => {
  signIn("operator");
  const queries = new QueryClient();
  readFirst(queries, { pathname: `${import.meta.env.BASE_URL}devices`, search: "" });
  readFirst(queries, { pathname: `${import.meta.env.BASE_URL}no-such-page`, search: "" });
  expect(queries.isFetching()).toBe(0);
});
