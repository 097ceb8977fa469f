/** One WebSocket that is there again whenever it ends. docs/realtime.md is what it speaks. */
import { z } from "zod";

export type ConnectionState = "connecting" | "live" | "reconnecting";

export interface LiveEvent {
  type: string;
  channel: string;
  time: string;
  data: Record<string, unknown>;
}

const Message = z.object({
  type: z.string(),
  channel: z.string().optional(),
  time: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});

const OPENING_PATIENCE_MILLISECONDS = 15_000;
const PING_MILLISECONDS = 120_000;
const PONG_PATIENCE_MILLISECONDS = 15_000;
const SHORTEST_WAIT_MILLISECONDS = 500;
const LONGEST_WAIT_MILLISECONDS = 30_000;

interface Ways {
  /** Address with a ticket, good for one connection. */
  address: () => Promise<string>;
  onEvent: (event: LiveEvent) => void;
  onState: (state: ConnectionState) => void;
  open?: (address: string) => WebSocket;
  /** Between 0 and 1: so that a thousand pages don't return at once. */
  random?: () => number;
}

export class LiveConnection {
  readonly #ways: Required<Ways>;
  readonly #wanted = new Map<string, number>();
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pingTimer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #wasLive = false;
  #ended = false;

  constructor(ways: Ways) {
    this.#ways = { open: (address) => new WebSocket(address), random: Math.random, ...ways };
  }

  start(): void {
    this.#ended = false;
    void this.#connect();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#pingTimer);
    this.#socket?.close();
    this.#socket = null;
  }

  /**
   * Hear of a channel until the returned function is called, which says whether nobody wants the channel any more: two
   * who want the same one share it.
   */
  follow(channel: string): () => boolean {
    const followers = this.#wanted.get(channel) ?? 0;
    this.#wanted.set(channel, followers + 1);
    if (followers === 0) this.#say({ action: "subscribe", channels: [channel] });
    return () => {
      const left = (this.#wanted.get(channel) ?? 1) - 1;
      if (left > 0) {
        this.#wanted.set(channel, left);
        return false;
      }
      this.#wanted.delete(channel);
      this.#say({ action: "unsubscribe", channels: [channel] });
      return true;
    };
  }

  /** Try now instead of when the wait is over, such as when the network is back. */
  retryNow(): void {
    if (this.#socket !== null || this.#ended) return;
    clearTimeout(this.#timer);
    void this.#connect();
  }

  async #connect(): Promise<void> {
    this.#ways.onState(this.#wasLive ? "reconnecting" : "connecting");
    let address: string;
    try {
      address = await this.#ways.address();
    } catch {
      this.#retry();
      return;
    }
    if (this.#ended) return;
    const socket = this.#ways.open(address);
    this.#socket = socket;
    // One that never opens would never close by itself either.
    clearTimeout(this.#pingTimer);
    this.#pingTimer = setTimeout(() => this.#giveUp(socket), OPENING_PATIENCE_MILLISECONDS);
    socket.onopen = () => {
      this.#failures = 0;
      this.#wasLive = true;
      if (this.#wanted.size > 0) this.#say({ action: "subscribe", channels: [...this.#wanted.keys()] });
      this.#ways.onState("live");
      this.#pingLater();
    };
    socket.onmessage = (message: MessageEvent<string>) => {
      this.#pingLater();
      this.#hear(message.data);
    };
    socket.onclose = () => this.#lost(socket);
  }

  #lost(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    clearTimeout(this.#pingTimer);
    this.#retry();
  }

  /** A socket whose other end is gone tells of its closing late or never. */
  #giveUp(socket: WebSocket): void {
    socket.close();
    this.#lost(socket);
  }

  #hear(text: string): void {
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch {
      return; // not of the protocol
    }
    const message = Message.safeParse(content);
    if (!message.success) return;
    const { type, channel, time, data } = message.data;
    if (channel !== undefined && time !== undefined && data !== undefined) {
      this.#ways.onEvent({ type, channel, time, data });
    }
  }

  #say(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** A connection that is gone without a word is noticed because its pong doesn't come. */
  #pingLater(): void {
    clearTimeout(this.#pingTimer);
    this.#pingTimer = setTimeout(() => {
      this.#say({ action: "ping" });
      this.#pingTimer = setTimeout(() => {
        if (this.#socket) this.#giveUp(this.#socket);
      }, PONG_PATIENCE_MILLISECONDS);
    }, PING_MILLISECONDS);
  }

  #retry(): void {
    if (this.#ended) return;
    this.#ways.onState(this.#wasLive ? "reconnecting" : "connecting");
    const wait = Math.min(LONGEST_WAIT_MILLISECONDS, SHORTEST_WAIT_MILLISECONDS * 2 ** this.#failures);
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), wait / 2 + (wait / 2) * this.#ways.random());
  }
}
