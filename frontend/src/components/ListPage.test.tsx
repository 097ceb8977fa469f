import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { renderPage } from "#tests/render";
import { ListPage } from "./ListPage";

const words = { empty: "No site yet", emptyDetail: "A site is a place.", emptyFiltered: "No site fits" };

function listOf(items: string[], total = items.length) {
  return {
    data: { pages: [{ items, total }] },
    error: null,
    isError: false,
    isFetching: false,
    dataUpdatedAt: Date.now(),
    hasNextPage: total > items.length,
    isFetchingNextPage: false,
    fetchNextPage: vi.fn(),
    refetch: vi.fn(),
  };
}

function render(query: Parameters<typeof ListPage<string>>[0]["query"], onClear?: () => void): void {
  renderPage(
    <ListPage
      title="Sites"
      description="Where devices stand."
      query={query}
      words={words}
      add={<button type="button">Add a site</button>}
      onClear={onClear}
      filters={<input aria-label="Search" />}
    >
      {(items) => items.map((item) => <p key={item}>{item}</p>)}
    </ListPage>,
  );
}

it("says how a list begins that has nothing yet", () => {
  render(listOf([]));
  expect(screen.getByText("A site is a place.")).toBeVisible();
  expect(screen.getAllByRole("button", { name: "Add a site" })).toHaveLength(2);
});

it("says that nothing fits, and takes the filters away", async () => {
  const clear = vi.fn();
  render(listOf([]), clear);
  expect(screen.getByText("No site fits")).toBeVisible();
  const [button] = screen.getAllByRole("button", { name: "Clear filters" });
  await userEvent.click(button as HTMLElement);
  expect(clear).toHaveBeenCalledOnce();
});

it("shows what there is of how much, and fetches more", async () => {
  const query = listOf(["Oslo", "Bergen"], 51);
  render(query);
  expect(screen.getByText("Bergen")).toBeVisible();
  expect(screen.getByText("2 of 51")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Show more" }));
  expect(query.fetchNextPage).toHaveBeenCalledOnce();
});

it("keeps what was read before in sight while reading fails", () => {
  render({ ...listOf(["Oslo"]), error: new Error("no"), isError: true });
  expect(screen.getByText("Oslo")).toBeVisible();
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});

it("says why it can't be read, and tries again", async () => {
  const query = { ...listOf([]), data: undefined, error: new Error("no"), isError: true };
  render(query);
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(query.refetch).toHaveBeenCalledOnce();
});
