import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Link, Route, Routes } from "react-router";
import { expect, it } from "vitest";
import { renderPage } from "#tests/render";
import { BackLink, LinkFromList } from "./BackLink";

const page = (
  <Routes>
    <Route path="/rules" element={<LinkFromList to="/rules/cold">Too cold</LinkFromList>} />
    <Route path="/alerts" element={<Link to="/rules/cold">Too cold</Link>} />
    <Route path="/rules/cold" element={<BackLink to="/rules">All rules</BackLink>} />
  </Routes>
);

it.each([
  ["/rules?q=freezer&enabled=true", "?q=freezer&enabled=true"],
  ["/alerts?q=freezer", ""],
])("leads who came from %s to the list with %j", async (address, search) => {
  const user = userEvent.setup();
  const { router } = renderPage(page, { address });
  await user.click(await screen.findByRole("link", { name: "Too cold" }));
  await user.click(await screen.findByRole("link", { name: "All rules" }));
  await waitFor(() => expect(router.state.location).toMatchObject({ pathname: "/rules", search }));
});
