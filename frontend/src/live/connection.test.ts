import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LiveConnection, type ConnectionState, type LiveEvent } from "./connection";

class FakeSocket {
  static readonly made: FakeSocket[] = [];
  readyState = 0;
  readonly said: unknown[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;

  constructor(readonly address: string) {
    FakeSocket.made.push(this);
  }
  send(text: string): void {
    this.said.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
    this.onclose?.();
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  tells(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const events: LiveEvent[] = [];
const states: ConnectionState[] = [];
let tickets = 0;
let ticketFails = false;

function makeConnection(): LiveConnection {
  return new LiveConnection({
    address: () =>
      ticketFails ? Promise.reject(new Error("no ticket")) : Promise.resolve(`wss://live?ticket=${++tickets}`),
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    open: (address) => new FakeSocket(address) as unknown as WebSocket,
    random: () => 1,
  });
}

const newest = (): FakeSocket => FakeSocket.made.at(-1) as FakeSocket;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.made.length = events.length = states.length = 0;
  tickets = 0;
  ticketFails = false;
});
afterEach(() => vi.useRealTimers());

it("asks for what is wanted once it is connected", async () => {
  const connection = makeConnection();
  connection.follow("alerts");
  connection.follow("fleet");
  connection.start();
  await vi.advanceTimersByTimeAsync(0);
  newest().opens();
  expect(newest().said).toEqual([{ action: "subscribe", channels: ["alerts", "fleet"] }]);
  expect(states.at(-1)).toBe("live");
});

it("shares a channel between two who want it, and leaves it with the second", async () => {
  const connection = makeConnection();
  connection.start();
  await vi.advanceTimersByTimeAsync(0);
  newest().opens();
  const first = connection.follow("device:a");
  const second = connection.follow("device:a");
  expect(first()).toBe(false);
  expect(newest().said).toEqual([{ action: "subscribe", channels: ["device:a"] }]);
  expect(second()).toBe(true);
  expect(newest().said.at(-1)).toEqual({ action: "unsubscribe", channels: ["device:a"] });
});

it("comes back with a new ticket and the same channels", async () => {
  const connection = makeConnection();
  connection.follow("alerts");
  connection.start();
  await vi.advanceTimersByTimeAsync(0);
  newest().opens();
  newest().close();
  expect(states.at(-1)).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(500);
  expect(newest().address).toBe("wss://live?ticket=2");
  newest().opens();
  expect(newest().said).toEqual([{ action: "subscribe", channels: ["alerts"] }]);
});

it("waits twice as long after each failure, and at most half a minute", async () => {
  ticketFails = true;
  const connection = makeConnection();
  connection.start();
  await vi.advanceTimersByTimeAsync(0);
  for (const wait of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    const before = states.length;
    await vi.advanceTimersByTimeAsync(wait - 1);
    expect(states.length).toBe(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(states.length).toBeGreaterThan(before);
  }
});

it("gives a connection up that never opens, and tries another", async () => {
  const connection = makeConnection();
  connection.start();
  await vi.advanceTimersByTimeAsync(15_000 + 500);
  expect(FakeSocket.made).toHaveLength(2);
  newest().opens();
  expect(states.at(-1)).toBe("live");
});

it("notices a connection that is gone without a word", async () => {
  const connection = makeConnection();
  connection.start();
  await vi.advanceTimersByTimeAsync(0);
  newest().opens();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(newest().said).toEqual([{ action: "ping" }]);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(states.at(-1)).toBe("reconnecting");
});

it("hands events on and leaves out what is none", async () => {
  const connection = makeConnection();
  connection.start();
  await vi.advanceTimersByTimeAsync(0);
  newest().opens();
  const event = { type: "alert.opened", channel: "alerts", time: "2026-11-21T08:00:00Z", data: { alert_id: "a" } };
  newest().tells({ type: "pong", time: "2026-11-21T08:00:00Z" });
  newest().onmessage?.({ data: "not JSON" });
  newest().tells(event);
  expect(events).toEqual([event]);
});

it("stays away once it is ended", async () => {
  const connection = makeConnection();
  connection.start();
  await vi.advanceTimersByTimeAsync(0);
  newest().opens();
  connection.end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.made).toHaveLength(1);
});
