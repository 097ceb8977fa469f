import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { Link, Route, Routes } from "react-router";
import { describe, expect, it, vi } from "vitest";
import { renderPage } from "#tests/render";
import { Input } from "./Form";
import { FormDialog } from "./FormDialog";
import { LeaveGuard } from "./LeaveGuard";
import { ShownOnceDialog } from "./SecretDialogs";

function Naming({ onClose }: { onClose: () => void }): ReactNode {
  const form = useForm({ defaultValues: { name: "" } });
  return (
    <FormDialog form={form} title="Name it" submit="Save" onClose={onClose} onSubmit={() => Promise.resolve()}>
      <Input aria-label="Name" {...form.register("name")} />
    </FormDialog>
  );
}

/** What lies under the window and over the page. */
function beside(): Element {
  const overlay = screen.getByRole("dialog").previousElementSibling;
  if (overlay === null) throw new Error("there is nothing beside the window");
  return overlay;
}

describe("a form in a window", () => {
  it("closes at once while nothing was typed", async () => {
    const onClose = vi.fn();
    renderPage(<Naming onClose={onClose} />);
    await screen.findByRole("dialog");
    await userEvent.keyboard("{Escape}");
    await userEvent.click(beside());
    expect(onClose).toHaveBeenCalledTimes(2);
  });

  it.each(["Cancel", "Close", "Escape"])("asks before what was typed is thrown away: %s", async (way) => {
    const onClose = vi.fn();
    renderPage(<Naming onClose={onClose} />);
    await userEvent.type(await screen.findByLabelText("Name"), "Cold room");
    if (way === "Escape") await userEvent.keyboard("{Escape}");
    else await userEvent.click(screen.getByRole("button", { name: way }));
    expect(screen.getByText("What was typed here is not saved.")).toBeVisible();
    expect(onClose).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Go on typing" }));
    expect(screen.getByLabelText("Name")).toHaveValue("Cold room");
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    await userEvent.click(screen.getByRole("button", { name: "Discard it" }));
    expect(onClose).toHaveBeenCalledOnce();
  });

  it("is not closed by a click beside it once something was typed", async () => {
    const onClose = vi.fn();
    renderPage(<Naming onClose={onClose} />);
    await userEvent.type(await screen.findByLabelText("Name"), "Cold room");
    await userEvent.click(beside());
    expect(onClose).not.toHaveBeenCalled();
    expect(screen.queryByText("What was typed here is not saved.")).toBeNull();
  });
});

it("a secret that is shown once is put away by its button alone", async () => {
  const onClose = vi.fn();
  renderPage(
    <ShownOnceDialog title="The key" onClose={onClose}>
      whsec_1
    </ShownOnceDialog>,
  );
  await screen.findByText("whsec_1");
  await userEvent.keyboard("{Escape}");
  await userEvent.click(beside());
  expect(screen.queryByRole("button", { name: "Close" })).toBeNull();
  expect(onClose).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "I have kept it" }));
  expect(onClose).toHaveBeenCalledOnce();
});

function Pages({ dirty }: { dirty: boolean }): ReactNode {
  return (
    <Routes>
      <Route
        path="/"
        element={
          <>
            <LeaveGuard when={dirty} />
            <Link to="/sites">Sites</Link>
          </>
        }
      />
      <Route path="/sites" element={<p>Every site</p>} />
    </Routes>
  );
}

describe("a page that is a form", () => {
  it("is left at once while nothing was typed", async () => {
    renderPage(<Pages dirty={false} />, { path: "*" });
    await userEvent.click(await screen.findByRole("link", { name: "Sites" }));
    expect(await screen.findByText("Every site")).toBeVisible();
  });

  it("asks before it is left, and stays or goes as it is told", async () => {
    renderPage(<Pages dirty />, { path: "*" });
    await userEvent.click(await screen.findByRole("link", { name: "Sites" }));
    await userEvent.click(await screen.findByRole("button", { name: "Go on typing" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await userEvent.click(screen.getByRole("link", { name: "Sites" }));
    await userEvent.click(await screen.findByRole("button", { name: "Discard it" }));
    expect(await screen.findByText("Every site")).toBeVisible();
  });
});
