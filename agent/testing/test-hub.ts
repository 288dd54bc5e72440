import type { AlertBoard } from '../alerts/alert-board.ts';
import type { Authenticator, TokenVerifier } from '../auth/authenticator.ts';
import type { TokenStore } from '../auth/token-store.ts';
import { HostRegistry } from '../hosts/host-registry.ts';
import { LocalHost } from '../hosts/local-host.ts';
import { Hub } from '../sessions/hub.ts';
import type { Connection, Profile } from '../sessions/connection.ts';
import type { TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { TableRow } from '../sampling/collector.ts';
import type { GapReason, SampledTable } from '../sampling/sample.ts';
import { expectDescribed } from './contract.ts';
import { FakeClock } from './fake-clock.ts';
import { LOCAL } from './local-peer.ts';
import { testAuthenticator } from './test-authenticator.ts';
import { metric } from './fake-collector.ts';
import { testFairQueue } from './test-fair-queue.ts';

/** The table of the test hub's host. */
export const PROCESSES: TableDescriptor = {
  name: 'processes',
  label: 'Processes',
  group: 'Processes',
  columns: [
    { name: 'pid', label: 'PID', unit: 'id' },
    { name: 'name', label: 'Name', unit: 'text' },
  ],
  help: '',
  source: 'test',
};

/** Token of hubs that require one. */
export const TOKEN = 's3cret';

/** A client without a network: records the exact texts it received, which have to be as in the AsyncAPI document, and how it was closed. */
export interface TestClient {
  /** Texts received since the last call. */
  take(): string[];
  /** Like `take`, but parsed. */
  takeMessages(): Record<string, unknown>[];
  send(message: unknown): void;
  sendText(text: string): void;
  leave(): void;
  /** Makes `canSend` false, as for a client that does not read. */
  stopReading(): void;
  /** Stops reading after `count` more frames. */
  stopReadingAfter(count: number): void;
  readAgain(): void;
  /** Calls `task` for each frame received. */
  onReceived(task: () => void): void;
  /** How often `Connection.round` was called. */
  rounds(): number;
  readonly closes: { code: number; reason: string }[];
}

export interface TestHubOptions {
  readonly requiresToken?: boolean;
  readonly transports?: readonly string[];
  readonly alerts?: AlertBoard;
  /** Where signed tokens are stored. */
  readonly tokens?: TokenStore;
  /** Takes the place of `tokens`. */
  readonly verifier?: TokenVerifier;
}

/** A hub on a fake clock, for a host with the metrics `cpu`, `memory` and `memory.used`, at 1 s. */
export class TestHub {
  readonly clock = new FakeClock();
  #lostIntervals = 0;
  readonly host = new LocalHost({
    host: { id: 'web-1', label: 'web-1', facts: {} },
    catalogue: [metric('cpu'), metric('memory'), metric('memory.used')],
    tables: [PROCESSES],
    intervalMs: 1000,
  });
  readonly hosts = new HostRegistry([this.host]);
  readonly fairQueue = testFairQueue(this.clock);
  readonly hub: Hub;
  readonly #authenticator: Authenticator;
  #verified: Promise<unknown> = Promise.resolve();

  constructor({
    requiresToken = false,
    transports = ['websocket'],
    tokens,
    verifier,
    alerts,
  }: TestHubOptions = {}) {
    this.#authenticator = testAuthenticator(requiresToken ? TOKEN : null, tokens, verifier);
    const verify = this.#authenticator.verify.bind(this.#authenticator);
    this.#authenticator.verify = (...shown) => {
      const verified = verify(...shown);
      this.#verified = verified;
      return verified;
    };
    this.hub = new Hub({
      hosts: this.hosts,
      introduction: { version: '1.2.3', transports, minIntervalMs: this.host.unitMs },
      alerts,
      authenticator: this.#authenticator,
      clock: this.clock,
      fairQueue: this.fairQueue,
      broke: (error) => {
        throw error;
      },
    });
  }

  /** Settles when the last token shown has been verified and answered. */
  async verified(): Promise<void> {
    await this.#verified;
    await Promise.resolve();
  }

  /** Serves another host, without samples. */
  addHost(id: string, label: string, metrics: readonly string[]): void {
    const catalogue = metrics.map((name) => metric(name));
    this.hosts.add(new LocalHost({ host: { id, label, facts: {} }, catalogue, intervalMs: 1000 }));
  }

  /** Publishes `count` samples; number n has the values n, 10n and `null`, and the timestamp n s. */
  publish(count = 1): void {
    for (let i = 0; i < count; i += 1) this.#publish(this.#nextSeq);
  }

  /** Publishes one sample after a gap of `lostIntervals`. */
  publishAfter(reason: GapReason, lostIntervals = 3): void {
    this.#lostIntervals += lostIntervals;
    this.#publish(this.#nextSeq, reason);
  }

  get #nextSeq(): number {
    return this.host.store.head.seq + 1;
  }

  /** Publishes one sample with a new catalogue of these metrics; their values are 1, 2, 3 … in order. */
  publishNew(names: readonly string[]): void {
    const gridIndex = ((this.#nextSeq + this.#lostIntervals) * this.host.intervalMs) / this.host.unitMs;
    const timestampMs = this.#nextSeq * 1000;
    const catalogue = names.map((name) => metric(name));
    this.host.append({ timestampMs, gridIndex, catalogue, values: names.map((_, index) => index + 1) });
  }

  /** Publishes one sample with a row in the table of processes. */
  publishTable(row: TableRow): void {
    this.#publish(this.#nextSeq, undefined, [{ name: PROCESSES.name, rows: [row] }]);
  }

  #publish(seq: number, gapReason?: GapReason, tables?: readonly SampledTable[]): void {
    const gridIndex = ((seq + this.#lostIntervals) * this.host.intervalMs) / this.host.unitMs;
    this.host.append({
      timestampMs: seq * 1000,
      gridIndex,
      values: [seq, seq * 10, null],
      ...(gapReason === undefined ? {} : { gapReason }),
      ...(tables === undefined ? {} : { tables }),
    });
  }

  /** @param frameMs how long it takes to send a frame */
  connect(profile: Profile, { peer = LOCAL, frameMs = 0 } = {}): TestClient {
    const received: string[] = [];
    const closes: TestClient['closes'] = [];
    let isReading = true;
    let rounds = 0;
    let onReceived = (): void => {};
    let framesLeft = Number.POSITIVE_INFINITY;
    const connection: Connection = {
      format: 'json',
      canSend: () => isReading,
      send: ({ text }) => {
        received.push(text);
        onReceived();
        if (frameMs > 0) this.clock.stall(frameMs);
        framesLeft -= 1;
        if (framesLeft === 0) isReading = false;
      },
      close: (code, reason) => closes.push({ code, reason }),
      round: () => {
        rounds += 1;
      },
    };
    const listener = this.hub.open(connection, profile, peer);
    let channel: 'live' | 'plain' = profile === 'v1' ? 'live' : 'plain';
    const take = (): string[] => {
      const texts = received.splice(0);
      for (const text of texts) {
        if (text.startsWith('{"type":"welcome"')) channel = 'live';
        expectDescribed(channel, text);
      }
      return texts;
    };
    return {
      take,
      takeMessages: () => take().map((text) => JSON.parse(text) as Record<string, unknown>),
      send: (message) => listener.received(JSON.stringify(message)),
      sendText: (text) => listener.received(text),
      leave: () => listener.closed(),
      stopReading: () => {
        isReading = false;
      },
      stopReadingAfter: (count) => {
        framesLeft = count;
      },
      readAgain: () => {
        isReading = true;
        listener.drained();
      },
      onReceived: (task) => {
        onReceived = task;
      },
      closes,
      rounds: () => rounds,
    };
  }

  /** A v1 client that has read its welcome. */
  connectV1(): TestClient {
    const client = this.connect('v1');
    client.take();
    return client;
  }
}
