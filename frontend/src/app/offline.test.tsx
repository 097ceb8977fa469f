import { onlineManager, type QueryClient } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { api, ask } from "@/api/client";
import { ProblemError } from "@/lib/problem";
import { noteConnection } from "@/live/store";
import { http, HttpResponse } from "msw";
import { server } from "#tests/server";
import { LiveIndicator } from "./LiveIndicator";
import { OfflineBar } from "./OfflineBar";
import { makeQueryClient } from "./queryClient";

afterEach(() => {
  onlineManager.setOnline(true);
  noteConnection("connecting");
});

const goOffline = (): void => act(() => onlineManager.setOnline(false));
const withoutRetries = (): QueryClient => {
  const queries = makeQueryClient();
  const { queries: usual } = queries.getDefaultOptions();
  queries.setDefaultOptions({ ...queries.getDefaultOptions(), queries: { ...usual, retry: false } });
  return queries;
};

it("says that there is no connection, and no more once it is back", () => {
  render(<OfflineBar />);
  expect(screen.getByRole("status")).toBeEmptyDOMElement();
  goOffline();
  expect(screen.getByRole("status")).toHaveTextContent(/No connection since .*What you see is of then/);
  act(() => onlineManager.setOnline(true));
  expect(screen.getByRole("status")).toBeEmptyDOMElement();
});

it("does not call itself live without a connection, whatever became of its socket", () => {
  noteConnection("live");
  render(<LiveIndicator />);
  expect(screen.getByRole("status")).toHaveTextContent("Live");
  goOffline();
  expect(screen.getByRole("status")).toHaveTextContent("Offline");
});

it("lets a read fail without a connection, instead of waiting for ever", async () => {
  server.use(http.get("*/customer/overview", () => HttpResponse.error()));
  goOffline();
  const read = withoutRetries().query({
    queryKey: ["overview"],
    queryFn: () => ask(api.GET("/customer/overview")),
  });
  await expect(read).rejects.toThrow("The server can't be reached");
});

it("lets a change fail without a connection, instead of sending it later", async () => {
  goOffline();
  const queries = makeQueryClient();
  const mutation = queries.getMutationCache().build(queries, {
    ...queries.getDefaultOptions().mutations,
    mutationFn: () => Promise.reject(new ProblemError(0, { title: "No connection" })),
  });
  await expect(mutation.execute(undefined)).rejects.toThrow("No connection");
});
