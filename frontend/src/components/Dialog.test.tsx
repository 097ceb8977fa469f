import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderPage } from "#tests/render";
import { ConfirmDialog } from "./Dialog";

it("has no empty band in a question without content, and room for why it could not be done", async () => {
  const refuse = (): Promise<never> => Promise.reject(new Error("It is in use."));
  renderPage(
    <ConfirmDialog
      open
      onClose={() => undefined}
      title="Sure?"
      description="All of it."
      confirm="Yes"
      onConfirm={refuse}
    >
      {false}
    </ConfirmDialog>,
  );
  const dialog = await screen.findByRole("dialog");
  expect([...dialog.children].map(({ textContent }) => textContent)).toEqual(["Sure?All of it.", "CancelYes"]);
  await userEvent.click(screen.getByRole("button", { name: "Yes" }));
  expect(await screen.findByText("It is in use.")).toBeVisible();
  expect(dialog.children).toHaveLength(3);
});
