/** Devices of a test's own, made and heard through the API with the rights of who is signed in. */
import type { Page } from "playwright-core";
import { stack } from "./stack";

/** Call the API as the person in a page; its token is where oidc-client-ts keeps it. */
export async function callAs(page: Page, method: string, path: string, body?: object): Promise<unknown> {
  const token = await page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith("oidc.user:")) ?? "";
    return (JSON.parse(sessionStorage.getItem(key) ?? "{}") as { access_token?: string }).access_token ?? "";
  });
  return call(method, path, token, body);
}

async function call(method: string, path: string, token: string, body?: object): Promise<unknown> {
  const ask = () =>
    fetch(stack.api_url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  let answer = await ask();
  // All tests sign in as the same few people, who share one allowance with their pages.
  for (let waits = 0; answer.status === 429 && waits < 5; waits += 1) {
    const seconds = Number(answer.headers.get("Retry-After") ?? "1");
    await new Promise((done) => setTimeout(done, (seconds + 1) * 1000));
    answer = await ask();
  }
  const content = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${content}`);
  return content === "" ? null : JSON.parse(content);
}

export interface TestDevice {
  deviceId: string;
  /** Hand in a message as the device. */
  say: (metrics: Record<string, number | boolean>) => Promise<void>;
}

/** A new device of the first site, with a token for HTTP. */
export async function makeDevice(page: Page, changes: object = {}): Promise<TestDevice> {
  const deviceId = `e2e-${crypto.randomUUID().slice(0, 8)}`;
  const { items: sites } = (await callAs(page, "GET", "/customer/sites")) as { items: { site_id: string }[] };
  const { items: types } = (await callAs(page, "GET", "/customer/device-types")) as {
    items: { device_type: string }[];
  };
  await callAs(page, "POST", "/customer/devices", {
    device_id: deviceId,
    name: `Test ${deviceId}`,
    site_id: sites[0]?.site_id,
    device_type: types[0]?.device_type,
    ...changes,
  });
  const { token } = (await callAs(page, "POST", `/customer/devices/${deviceId}/credentials`, { kind: "token" })) as {
    token: string;
  };
  return {
    deviceId,
    say: async (metrics) => {
      await call("POST", "/ingest/v1/telemetry", token, { metrics });
    },
  };
}

/** A schedule in which Anna Berg is on call, week after week. */
export function weekOfAnna(name: string): object {
  const responders = [{ name: "Anna Berg", email: "anna@acme.example" }];
  const week = { name: "Week", priority: 1, rotation: "weekly", rotation_start: "2026-01-05T08:00:00", responders };
  return { name, timezone: "UTC", layers: [week] };
}
