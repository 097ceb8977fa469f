import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { expectAccessible } from "#tests/axe";
import { renderPage } from "#tests/render";
import { answer, problem, server } from "#tests/server";
import MetricsPage from "./MetricsPage";
import { catalogText, mappingText } from "./text";

const METRIC = {
  version: 2,
  metric_id: "m-1",
  metric: "temp_c",
  description: "Air in the room",
  unit: "°C",
  expected_min: -30,
  expected_max: null,
  created_at: "2026-11-01T08:00:00Z",
  updated_at: "2026-11-01T08:00:00Z",
};
const MAPPING = {
  version: 5,
  mapping_id: "map-1",
  raw_metric: "tempF",
  normalized_metric: "temp_c",
  multiplier: 0.5,
  offset_value: -17.5,
  created_at: "2026-11-01T08:00:00Z",
  updated_at: "2026-11-01T08:00:00Z",
};
const page = (...items: object[]): object => ({ items, next_cursor: null, total: items.length });

beforeEach(() => {
  answer("get", "/customer/metrics/catalog", page(METRIC));
  answer("get", "/customer/metrics/mappings", page(MAPPING));
  answer("get", "/customer/metrics/reference", {
    raw: [
      { metric: "hum", last_seen_at: "2026-11-21T12:00:00Z", normalized_metric: null },
      { metric: "tempF", last_seen_at: "2026-11-21T12:00:00Z", normalized_metric: "temp_c" },
    ],
    normalized: ["temp_c"],
    unmapped: ["hum"],
    as_of: "2026-11-21T12:00:00Z",
  });
});

describe("what devices send", () => {
  it("is listed with what it reads as, and searched", async () => {
    const { router } = renderPage(<MetricsPage />);
    expect(await screen.findByText("tempF")).toBeVisible();
    await expectAccessible();
    await userEvent.type(screen.getByRole("searchbox"), "hum");
    expect(await screen.findByText("itself")).toBeVisible();
    await expect.poll(() => screen.queryByText("tempF")).toBeNull();
    expect(router.state.location.search).toBe("?q=hum");
  });

  it("is described on the spot", async () => {
    let sent: unknown;
    server.use(
      http.post("*/customer/metrics/catalog", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ ...METRIC, metric: "hum" }, { status: 201 });
      }),
    );
    renderPage(<MetricsPage />);
    await userEvent.click(await screen.findByRole("button", { name: "Describe" }));
    await userEvent.type(await screen.findByLabelText("Unit"), "%");
    await userEvent.type(screen.getByLabelText("Expected from"), "100");
    await userEvent.type(screen.getByLabelText("Expected to"), "0");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("must not be below where it is expected from")).toBeVisible();
    await userEvent.clear(screen.getByLabelText("Expected from"));
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("hum is described")).toBeVisible();
    expect(sent).toEqual({ metric: "hum", description: "", unit: "%", expected_min: null, expected_max: 0 });
  });

  it("offers a viewer no change", async () => {
    renderPage(<MetricsPage />, { role: "viewer" });
    await screen.findByText("hum");
    expect(screen.queryByRole("button", { name: "Map" })).not.toBeInTheDocument();
  });
});

describe("the catalogue", () => {
  const address = "/?tab=catalog";

  it("changes a metric of the version that was read", async () => {
    let version: string | null = null;
    server.use(
      http.put("*/customer/metrics/catalog/m-1", ({ request }) => {
        version = request.headers.get("if-match");
        return HttpResponse.json(METRIC);
      }),
    );
    renderPage(<MetricsPage />, { address });
    await userEvent.click(await screen.findByRole("button", { name: "Actions for temp_c" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Edit" }));
    expect(await screen.findByLabelText("Metric")).toHaveAttribute("readonly");
    await expectAccessible();
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("temp_c is described")).toBeVisible();
    expect(version).toBe('"2"');
  });

  it("says why a metric can't be taken out", async () => {
    answer("delete", "/customer/metrics/catalog/m-1", problem(409, "tempF is mapped to it"), 409);
    renderPage(<MetricsPage />, { address });
    await userEvent.click(await screen.findByRole("button", { name: "Actions for temp_c" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
    expect(await screen.findByText("tempF is mapped to it")).toBeVisible();
  });

  it.each([
    [null, null, "–"],
    [0, null, "from 0"],
    [null, 5, "up to 5"],
    [0, 5, "0 to 5"],
  ])("expects from %s to %s: %s", (min, max, words) => {
    expect(catalogText.range(min, max)).toBe(words);
  });
});

describe("mappings", () => {
  const address = "/?tab=mappings";

  it("are narrowed to a metric of the catalogue", async () => {
    const { router } = renderPage(<MetricsPage />, { address });
    expect(await screen.findByText("value × 0.5 − 17.5")).toBeVisible();
    await screen.findByRole("option", { name: "temp_c" });
    await userEvent.selectOptions(screen.getByLabelText("Reads as"), "temp_c");
    expect(router.state.location.search).toBe("?tab=mappings&normalized=temp_c");
  });

  it("are made with an example of what they do", async () => {
    let sent: unknown;
    server.use(
      http.post("*/customer/metrics/mappings", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ ...MAPPING, raw_metric: "hum" }, { status: 201 });
      }),
    );
    renderPage(<MetricsPage />, { address });
    await userEvent.click(await screen.findByRole("button", { name: "Map a metric" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.type(dialog.getByLabelText("Metric as sent"), "hum");
    await dialog.findByRole("option", { name: "temp_c" });
    await userEvent.selectOptions(dialog.getByLabelText("Reads as"), "temp_c");
    await userEvent.clear(dialog.getByLabelText("Times"));
    await userEvent.type(dialog.getByLabelText("Times"), "0");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await dialog.findByText("must not be 0")).toBeVisible();
    await userEvent.type(dialog.getByLabelText("Times"), ".5");
    expect(dialog.getByText("100 sent as hum reads as 50 °C")).toBeVisible();
    await expectAccessible();
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("hum is mapped")).toBeVisible();
    expect(sent).toEqual({ raw_metric: "hum", normalized_metric: "temp_c", multiplier: 0.5, offset_value: 0 });
  });

  it.each([
    [1, 0, "value"],
    [2, 0, "value × 2"],
    [1, 3, "value + 3"],
    [2, -3, "value × 2 − 3"],
  ])("times %s plus %s are in words", (multiplier, offset, words) => {
    expect(mappingText.formula(multiplier, offset)).toBe(words);
  });
});
