import { createBrowserRouter } from "react-router";
import { expect, it } from "vitest";
import { showAddress } from "./address";

it("keeps what a page remembers of where somebody came from when it is loaded again", () => {
  const cameFrom = { list: { pathname: "/devices", search: "?q=lyon" } };
  history.replaceState({ usr: cameFrom, key: "page", idx: 1 }, "", "/devices/freezer-1?code=1");
  showAddress("/devices/freezer-1");
  const router = createBrowserRouter([{ path: "*", element: null }]);
  expect(router.state.location).toMatchObject({ pathname: "/devices/freezer-1", search: "", state: cameFrom });
  router.dispose();
});
