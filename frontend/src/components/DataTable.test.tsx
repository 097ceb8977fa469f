import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import { expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { DataTable } from "./DataTable";
import { Unfold } from "./Row";

const SITES = ["Oslo", "Bergen", "Tromsø"];

function Sites({ label = "Sites" }: { label?: string }): ReactNode {
  const [open, setOpen] = useState<string>();
  return (
    <DataTable
      label={label}
      columns={[
        {
          id: "name",
          header: "Name",
          cell: ({ row: { original: site } }) => (
            <Unfold open={site === open} label={`More of ${site}`} onChange={(now) => setOpen(now ? site : undefined)}>
              {site}
            </Unfold>
          ),
        },
        { id: "devices", header: "Devices", cell: () => <Link to="/devices">3</Link> },
      ]}
      rows={SITES}
      rowId={(site) => site}
      below={(site) => (site === open ? <button type="button">Edit {site}</button> : null)}
    />
  );
}

const row = (name: string): HTMLElement => screen.getByRole("row", { name: new RegExp(name) });

it("goes down and up its rows with j and k, and stays at its ends", async () => {
  renderPage(<Sites />);
  await userEvent.keyboard("j");
  expect(row("Oslo")).toHaveFocus();
  await userEvent.keyboard("jj");
  expect(row("Tromsø")).toHaveFocus();
  await userEvent.keyboard("j");
  expect(row("Tromsø")).toHaveFocus();
  await userEvent.keyboard("kkkk");
  expect(row("Oslo")).toHaveFocus();
  await expectAccessible();
});

it("opens the row that has the focus with Enter, and goes on from what is below it", async () => {
  renderPage(<Sites />);
  await userEvent.keyboard("j{Enter}");
  const edit = screen.getByRole("button", { name: "Edit Oslo" });
  edit.focus();
  await userEvent.keyboard("j");
  expect(row("Bergen")).toHaveFocus();
  await userEvent.keyboard("k{Enter}");
  expect(screen.queryByRole("button", { name: "Edit Oslo" })).toBeNull();
});

it("leaves Enter to a button or link in the row that has the focus", async () => {
  const { router } = renderPage(<Sites />);
  screen.getAllByRole("link", { name: "3" })[0]?.focus();
  await userEvent.keyboard("{Enter}");
  expect(router.state.location.pathname).toBe("/devices");
});

it("takes no key from a field, from a browser's shortcut, or from another table", async () => {
  renderPage(
    <>
      <input aria-label="Search" />
      <Sites />
      <Sites label="Closed sites" />
    </>,
  );
  await userEvent.type(screen.getByLabelText("Search"), "jk");
  expect(screen.getByLabelText("Search")).toHaveValue("jk");
  (document.activeElement as HTMLElement).blur();
  await userEvent.keyboard("{Control>}j{/Control}");
  expect(document.body).toHaveFocus();
  const [, second] = screen.getAllByRole("row", { name: /Bergen/ });
  second?.focus();
  await userEvent.keyboard("k");
  expect(screen.getAllByRole("row", { name: /Oslo/ })[1]).toHaveFocus();
});

it("shows on a phone what a row is known by without a title, before what was to its left", () => {
  renderPage(
    <DataTable
      label="Sites"
      columns={[
        { id: "devices", header: "Devices", cell: () => "3" },
        { id: "name", header: "Name", meta: { main: true }, cell: ({ row: { original: site } }) => site },
      ]}
      rows={["Oslo"]}
      rowId={(site) => site}
    />,
  );
  const name = screen.getByRole("cell", { name: "Oslo" });
  const devices = screen.getByRole("cell", { name: "3" });
  expect(name).not.toHaveAttribute("data-title");
  expect(devices).toHaveAttribute("data-title", "Devices");
  // jsdom knows no layout: what puts the one after the other.
  expect([devices, name].map((cell) => cell.classList.contains("max-sm:order-1"))).toEqual([true, false]);
});
